namespace Mxact.Conformance;

/// <summary>Quantises one block, or a last one that is shorter than a block.</summary>
/// <param name="values">The values as binary32, element 0 first; NaN payloads arrive as the row has them.</param>
/// <param name="scales">One scale code, to be written.</param>
/// <param name="codes">As many bytes as there are values, an element code in the low bits of each, to be written.</param>
public delegate void QuantizeKernel(ReadOnlySpan<float> values, Span<byte> scales, Span<byte> codes);

/// <summary>Dequantises one block, or a last one that is shorter than a block.</summary>
/// <param name="scales">One scale code.</param>
/// <param name="codes">The element codes, one in the low bits of each byte.</param>
/// <param name="values">As many binary32 values, to be written.</param>
public delegate void DequantizeKernel(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, Span<float> values);

/// <summary>Converts numbers to element codes, without a scale.</summary>
/// <param name="values">The values as binary32.</param>
/// <param name="codes">As many bytes, a code in the low bits of each, to be written.</param>
public delegate void EncodeKernel(ReadOnlySpan<float> values, Span<byte> codes);

/// <summary>Converts element codes to the numbers they stand for, without a scale.</summary>
/// <param name="codes">The codes, one in the low bits of each byte.</param>
/// <param name="values">As many binary32 values, to be written.</param>
public delegate void DecodeKernel(ReadOnlySpan<byte> codes, Span<float> values);
