using TorchSharp;

namespace Mxact.Kernels.LibTorch;

/// <summary>A type that libtorch casts.</summary>
/// <param name="Number">c10::ScalarType.</param>
/// <param name="Bytes">Bytes of an item.</param>
internal sealed record TorchType(sbyte Number, int Bytes)
{
    /// <summary>binary32.</summary>
    public static TorchType Float { get; } = new((sbyte)torch.ScalarType.Float32, 4);

    /// <summary>binary16.</summary>
    public static TorchType Half { get; } = new((sbyte)torch.ScalarType.Float16, 2);

    /// <summary>bfloat16.</summary>
    public static TorchType BFloat16 { get; } = new((sbyte)torch.ScalarType.BFloat16, 2);

    /// <summary>OFP8 E5M2. TorchSharp's enumeration ends before the eight-bit floats; the numbers are c10/core/ScalarType.h's.</summary>
    public static TorchType Float8E5M2 { get; } = new(23, 1);

    /// <summary>OFP8 E4M3.</summary>
    public static TorchType Float8E4M3FN { get; } = new(24, 1);

    /// <summary>E5M2 of bias 16, without infinities and a negative zero.</summary>
    public static TorchType Float8E5M2FNUZ { get; } = new(25, 1);

    /// <summary>E4M3 of bias 8, without a negative zero.</summary>
    public static TorchType Float8E4M3FNUZ { get; } = new(26, 1);

    /// <summary>The MX scale.</summary>
    public static TorchType Float8E8M0FNU { get; } = new(44, 1);

    /// <summary>As TorchSharp takes it.</summary>
    public torch.ScalarType Scalar => (torch.ScalarType)Number;
}

/// <summary>A cast: <c>tensor.to(dtype)</c>, which has no attributes.</summary>
internal sealed record TorchCast(TorchType From, TorchType To);
