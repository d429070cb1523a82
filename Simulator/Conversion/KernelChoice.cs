using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Conversion.Nvfp4;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// The one place where a backend and a format become kernels; the rounding mode becomes a type in <see cref="Roundings"/>.
/// </summary>
internal static class KernelChoice
{
    /// <summary>The kernels of a processor backend for a conversion.</summary>
    public static CpuKernels For(Backend backend, BlockFormat format, ConversionPolicy policy) => backend switch
    {
        Backend.Scalar when format == MxFormats.Nvfp4 => Nvfp4<ScalarLane>(policy),
        Backend.Vector128 when format == MxFormats.Nvfp4 => Nvfp4<Vector128Lane>(policy),
        Backend.Vector256 when format == MxFormats.Nvfp4 => Nvfp4<Vector256Lane>(policy),
        Backend.Vector512 when format == MxFormats.Nvfp4 => Nvfp4<Vector512Lane>(policy),
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
        if (!Roundings.HasTuned512(policy.Rounding))
        {
            return null;
        }

        if (e == ElementFormat.Int8)
        {
            return Roundings.Dispatch<Int8Tuned512, CpuKernels>(policy.Rounding, default);
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

    /// <summary>The same for AVX2, where dequantising is tuned whatever the mode.</summary>
    private static CpuKernels? Tuned256(BlockFormat format, ConversionPolicy policy)
    {
        ElementFormat e = format.Element;
        if (e == ElementFormat.Int8)
        {
            return Roundings.Dispatch<Int8Tuned256, CpuKernels>(policy.Rounding, default);
        }

        return !IsInWindow(e) ? null : KernelParametersOf.IsPlain(e, policy) ? Tuned256<PlainResults>(e, policy.Rounding)
            : Tuned256<CheckedResults>(e, policy.Rounding);
    }

    private static CpuKernels? Tuned256<TResults>(ElementFormat e, RoundingMode rounding)
        where TResults : struct, IResults
        => (e.ExponentBits, e.MantissaBits) switch
        {
            (5, 2) => Roundings.Dispatch<MinifloatTuned256<E5M2, TResults>, CpuKernels>(rounding, default),
            (4, 3) => Roundings.Dispatch<MinifloatTuned256<E4M3, TResults>, CpuKernels>(rounding, default),
            (3, 2) => Roundings.Dispatch<MinifloatTuned256<E3M2, TResults>, CpuKernels>(rounding, default),
            (2, 3) => Roundings.Dispatch<MinifloatTuned256<E2M3, TResults>, CpuKernels>(rounding, default),
            (2, 1) => Roundings.Dispatch<MinifloatTuned256<E2M1, TResults>, CpuKernels>(rounding, default),
            _ => null,
        };

    /// <summary>The window of the tuned kernels is laid out for exponent ranges like those of MX.</summary>
    private static bool IsInWindow(ElementFormat e)
        => e.Encoding == ElementEncoding.SignMagnitude && e.EMin is >= -15 and <= 0 && e.EMax is >= 0 and <= 16;

    private static CpuKernels Nvfp4<TLane>(ConversionPolicy policy)
        where TLane : unmanaged, IVectorLane<TLane>
        => policy.ScaleRule == ScaleRule.FourOverSix ? Roundings.Dispatch<FourOverSixOf<TLane>, CpuKernels>(policy.Rounding, default)
            : Roundings.Dispatch<Nvfp4Of<TLane>, CpuKernels>(policy.Rounding, default);

    private static CpuKernels Tuned512<TFormat>(BlockFormat format, ConversionPolicy policy)
        where TFormat : struct, IElementFormat
    {
        // The two modes that training runs on have kernels without the checks of results that a plain conversion does not need.
        bool hot = policy.Rounding.Direction is RoundingDirection.TiesToEven or RoundingDirection.Stochastic;
        return hot && KernelParametersOf.IsPlain(format.Element, policy)
            ? Roundings.Dispatch<MinifloatTuned512<TFormat, PlainResults>, CpuKernels>(policy.Rounding, default)
            : Roundings.Dispatch<MinifloatTuned512<TFormat, CheckedResults>, CpuKernels>(policy.Rounding, default);
    }

    private static CpuKernels Of<TLane>(BlockFormat format, ConversionPolicy policy)
        where TLane : unmanaged, IVectorLane<TLane>
        => KernelParametersOf.IsPlain(format.Element, policy)
            ? Roundings.Dispatch<LanesOf<TLane, PlainResults>, CpuKernels>(policy.Rounding, default)
            : Roundings.Dispatch<LanesOf<TLane, CheckedResults>, CpuKernels>(policy.Rounding, default);

    private readonly struct Nvfp4Of<TLane> : IRoundingVisitor<CpuKernels>
        where TLane : unmanaged, IVectorLane<TLane>
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Nvfp4Kernels<TLane, TRounding>();
    }

    private readonly struct FourOverSixOf<TLane> : IRoundingVisitor<CpuKernels>
        where TLane : unmanaged, IVectorLane<TLane>
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new FourOverSixKernels<TLane, TRounding>();
    }

    private readonly struct Int8Tuned256 : IRoundingVisitor<CpuKernels>
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Int8Vector256Kernels<TRounding>();
    }

    private readonly struct MinifloatTuned256<TFormat, TResults> : IRoundingVisitor<CpuKernels>
        where TFormat : struct, IElementFormat
        where TResults : struct, IResults
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new MinifloatVector256Kernels<TFormat, TRounding, TResults>();
    }

    private readonly struct Int8Tuned512 : IRoundingVisitor<CpuKernels>
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Int8Vector512Kernels<TRounding>();
    }

    private readonly struct MinifloatTuned512<TFormat, TResults> : IRoundingVisitor<CpuKernels>
        where TFormat : struct, IElementFormat
        where TResults : struct, IResults
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new Vector512Kernels<TFormat, TRounding, TResults>();
    }

    private readonly struct LanesOf<TLane, TResults> : IRoundingVisitor<CpuKernels>
        where TLane : unmanaged, IVectorLane<TLane>
        where TResults : struct, IResults
    {
        public CpuKernels Visit<TRounding>()
            where TRounding : struct, IRounding
            => new LaneKernels<TLane, TRounding, TResults>();
    }
}
