using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Conversion.Nvfp4;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion;

/// <summary>The one place where a run-time choice becomes a generic instantiation: backend by rounding mode.</summary>
internal static class KernelChoice
{
    /// <summary>The kernels of a processor backend for a conversion.</summary>
    public static CpuKernels For(Backend backend, BlockFormat format, ConversionPolicy policy) => backend switch
    {
        Backend.Scalar when format == MxFormats.Nvfp4 => Nvfp4<ScalarLane>(policy.Rounding),
        Backend.Vector128 when format == MxFormats.Nvfp4 => Nvfp4<Vector128Lane>(policy.Rounding),
        Backend.Vector256 when format == MxFormats.Nvfp4 => Nvfp4<Vector256Lane>(policy.Rounding),
        Backend.Vector512 when format == MxFormats.Nvfp4 => Nvfp4<Vector512Lane>(policy.Rounding),
        Backend.Scalar => Of<ScalarLane>(format, policy),
        Backend.Vector128 => Of<Vector128Lane>(format, policy),
        Backend.Vector256 => Tuned256(format, policy) ?? Of<Vector256Lane>(format, policy),
        Backend.Vector512 => Tuned512(format, policy) ?? Of<Vector512Lane>(format, policy),
        _ => throw new InvalidOperationException($"{backend} is no processor backend"),
    };

    /// <summary>The tuned sibling where it has the format's grid and the mode, else null.</summary>
    private static CpuKernels? Tuned512(BlockFormat format, ConversionPolicy policy)
    {
        ElementFormat e = format.Element;
        if (e == ElementFormat.Int8)
        {
            return Int8Tuned512(policy.Rounding);
        }

        return !IsInWindow(e) ? null : (e.ExponentBits, e.MantissaBits) switch
        {
            (5, 2) => Tuned512<E5M2>(format, policy),
            (4, 3) => Tuned512<E4M3>(format, policy),
            (3, 2) => Tuned512<E3M2>(format, policy),
            (2, 3) => Tuned512<E2M3>(format, policy),
            (2, 1) => Tuned512<E2M1>(format, policy),
            _ => null,
        };
    }

    private static CpuKernels? Tuned256(BlockFormat format, ConversionPolicy policy)
    {
        ElementFormat e = format.Element;
        if (policy.Rounding.Direction != RoundingDirection.TiesToEven)
        {
            return null;
        }

        if (e == ElementFormat.Int8)
        {
            return new Int8Vector256Kernels();
        }

        return !IsInWindow(e) ? null : KernelParametersOf.IsPlain(e, policy) ? Tuned256<PlainResults>(e) : Tuned256<CheckedResults>(e);
    }

    private static CpuKernels? Tuned256<TResults>(ElementFormat e)
        where TResults : struct, IResults
        => (e.ExponentBits, e.MantissaBits) switch
        {
            (5, 2) => new MinifloatVector256Kernels<E5M2, TResults>(),
            (4, 3) => new MinifloatVector256Kernels<E4M3, TResults>(),
            (3, 2) => new MinifloatVector256Kernels<E3M2, TResults>(),
            (2, 3) => new MinifloatVector256Kernels<E2M3, TResults>(),
            (2, 1) => new MinifloatVector256Kernels<E2M1, TResults>(),
            _ => null,
        };

    /// <summary>The window of the tuned kernels is laid out for exponent ranges like those of MX.</summary>
    private static bool IsInWindow(ElementFormat e) => e.Encoding == ElementEncoding.SignMagnitude && e.EMin is >= -15 and <= 0 && e.EMax is >= 0 and <= 16;

    private static CpuKernels Nvfp4<TLane>(RoundingMode mode)
        where TLane : unmanaged, IVectorLane<TLane>
        => (mode.Direction, mode.Variant) switch
        {
            (RoundingDirection.TiesToEven, _) => new Nvfp4Kernels<TLane, TiesToEven>(),
            (RoundingDirection.TiesToAway, _) => new Nvfp4Kernels<TLane, TiesToAway>(),
            (RoundingDirection.TiesToZero, _) => new Nvfp4Kernels<TLane, TiesToZero>(),
            (RoundingDirection.TowardZero, _) => new Nvfp4Kernels<TLane, TowardZero>(),
            (RoundingDirection.TowardPositive, _) => new Nvfp4Kernels<TLane, TowardPositive>(),
            (RoundingDirection.TowardNegative, _) => new Nvfp4Kernels<TLane, TowardNegative>(),
            (RoundingDirection.ToOdd, _) => new Nvfp4Kernels<TLane, ToOdd>(),
            (RoundingDirection.Stochastic, StochasticVariant.A) => new Nvfp4Kernels<TLane, StochasticA>(),
            (RoundingDirection.Stochastic, StochasticVariant.B) => new Nvfp4Kernels<TLane, StochasticB>(),
            (RoundingDirection.Stochastic, StochasticVariant.C) => new Nvfp4Kernels<TLane, StochasticC>(),
            (RoundingDirection.Stochastic, StochasticVariant.Odd) => new Nvfp4Kernels<TLane, StochasticOdd>(),
            _ => throw new InvalidOperationException($"no such rounding mode: {mode}"),
        };

    private static CpuKernels? Int8Tuned512(RoundingMode mode) => mode.Direction switch
    {
        RoundingDirection.TiesToEven => new Int8Vector512Kernels<TiesToEven>(),
        RoundingDirection.TiesToAway => new Int8Vector512Kernels<TiesToAway>(),
        RoundingDirection.TiesToZero => new Int8Vector512Kernels<TiesToZero>(),
        RoundingDirection.TowardZero => new Int8Vector512Kernels<TowardZero>(),
        RoundingDirection.TowardPositive => new Int8Vector512Kernels<TowardPositive>(),
        RoundingDirection.TowardNegative => new Int8Vector512Kernels<TowardNegative>(),
        RoundingDirection.ToOdd => new Int8Vector512Kernels<ToOdd>(),
        RoundingDirection.Stochastic when mode.Variant == StochasticVariant.A => new Int8Vector512Kernels<StochasticA>(),
        _ => null,
    };

    private static CpuKernels? Tuned512<TFormat>(BlockFormat format, ConversionPolicy policy)
        where TFormat : struct, IElementFormat
    {
        bool plain = KernelParametersOf.IsPlain(format.Element, policy);
        return policy.Rounding.Direction switch
        {
            RoundingDirection.TiesToEven => plain ? new Vector512Kernels<TFormat, TiesToEven, PlainResults>() : new Vector512Kernels<TFormat, TiesToEven, CheckedResults>(),
            RoundingDirection.TiesToAway => new Vector512Kernels<TFormat, TiesToAway, CheckedResults>(),
            RoundingDirection.TiesToZero => new Vector512Kernels<TFormat, TiesToZero, CheckedResults>(),
            RoundingDirection.TowardZero => new Vector512Kernels<TFormat, TowardZero, CheckedResults>(),
            RoundingDirection.TowardPositive => new Vector512Kernels<TFormat, TowardPositive, CheckedResults>(),
            RoundingDirection.TowardNegative => new Vector512Kernels<TFormat, TowardNegative, CheckedResults>(),
            RoundingDirection.ToOdd => new Vector512Kernels<TFormat, ToOdd, CheckedResults>(),
            RoundingDirection.Stochastic when policy.Rounding.Variant == StochasticVariant.A => plain ? new Vector512Kernels<TFormat, StochasticA, PlainResults>() : new Vector512Kernels<TFormat, StochasticA, CheckedResults>(),
            _ => null,
        };
    }

    private static CpuKernels Of<TLane>(BlockFormat format, ConversionPolicy policy)
        where TLane : unmanaged, IVectorLane<TLane>
        => KernelParametersOf.IsPlain(format.Element, policy) ? Of<TLane, PlainResults>(policy.Rounding) : Of<TLane, CheckedResults>(policy.Rounding);

    private static CpuKernels Of<TLane, TResults>(RoundingMode mode)
        where TLane : unmanaged, IVectorLane<TLane>
        where TResults : struct, IResults
        => (mode.Direction, mode.Variant) switch
        {
            (RoundingDirection.TiesToEven, _) => new LaneKernels<TLane, TiesToEven, TResults>(),
            (RoundingDirection.TiesToAway, _) => new LaneKernels<TLane, TiesToAway, TResults>(),
            (RoundingDirection.TiesToZero, _) => new LaneKernels<TLane, TiesToZero, TResults>(),
            (RoundingDirection.TowardZero, _) => new LaneKernels<TLane, TowardZero, TResults>(),
            (RoundingDirection.TowardPositive, _) => new LaneKernels<TLane, TowardPositive, TResults>(),
            (RoundingDirection.TowardNegative, _) => new LaneKernels<TLane, TowardNegative, TResults>(),
            (RoundingDirection.ToOdd, _) => new LaneKernels<TLane, ToOdd, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.A) => new LaneKernels<TLane, StochasticA, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.B) => new LaneKernels<TLane, StochasticB, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.C) => new LaneKernels<TLane, StochasticC, TResults>(),
            (RoundingDirection.Stochastic, StochasticVariant.Odd) => new LaneKernels<TLane, StochasticOdd, TResults>(),
            _ => throw new InvalidOperationException($"no such rounding mode: {mode}"),
        };
}
