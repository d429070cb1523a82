namespace Mxact.Kernels.OnnxRuntime;

/// <summary>A type that is cast. Models and the C API number the same types differently where newer ones were put in between.</summary>
/// <param name="InModel">TensorProto.DataType.</param>
/// <param name="InMemory">ONNXTensorElementDataType.</param>
/// <param name="Bytes">Bytes of an item.</param>
internal sealed record OnnxType(int InModel, int InMemory, int Bytes)
{
    /// <summary>binary32.</summary>
    public static OnnxType Float { get; } = new(1, 1, 4);

    /// <summary>binary16.</summary>
    public static OnnxType Float16 { get; } = new(10, 10, 2);

    /// <summary>bfloat16.</summary>
    public static OnnxType BFloat16 { get; } = new(16, 16, 2);

    /// <summary>OFP8 E4M3.</summary>
    public static OnnxType Float8E4M3FN { get; } = new(17, 17, 1);

    /// <summary>E4M3 of bias 8, without a negative zero.</summary>
    public static OnnxType Float8E4M3FNUZ { get; } = new(18, 18, 1);

    /// <summary>OFP8 E5M2.</summary>
    public static OnnxType Float8E5M2 { get; } = new(19, 19, 1);

    /// <summary>E5M2 of bias 16, without infinities and a negative zero.</summary>
    public static OnnxType Float8E5M2FNUZ { get; } = new(20, 20, 1);

    /// <summary>The MX scale.</summary>
    public static OnnxType Float8E8M0 { get; } = new(24, 26, 1);
}
