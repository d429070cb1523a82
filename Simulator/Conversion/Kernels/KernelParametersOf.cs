using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;
using ReferenceScale = Mxact.Simulator.Reference.ScaleSelection;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// Turns a format and a policy into the words a kernel takes. Codes of special values and the lowest scale's boundary are asked
/// of the reference once, so that a choice is described in one place only.
/// </summary>
internal static class KernelParametersOf
{
    private const uint None = 0xFFFF;

    /// <summary>Why kernels do not compute this conversion, or null when they do.</summary>
    public static string? Unsupported(BlockFormat format, ConversionPolicy policy)
    {
        ElementFormat element = format.Element;
        return element.Bits > 8 || !element.IsSigned ? $"{element} is not a signed format of at most eight bits"
            : element.EMin < -22 || element.EMin > 64 ? $"{element} has an exponent range outside the kernels'"
            : format != MxFormats.Nvfp4 && (format.Scale.Element is not null || format.BlockSize != MxFormats.BlockSize)
                ? $"{format} is neither NVFP4 nor 32 elements under E8M0"
            : format.Scale.Element is null && !policy.ScaleRule.IsThreshold
                ? $"scale-rule={policy.ScaleRule} is not a threshold on the maximum"
            : format.Scale.Element is not null && UnsupportedQuotient(policy) is { } quotient ? quotient
            : policy.ScaleUnderflow != ScaleUnderflow.Clamp ? Declined("scale-underflow", policy)
            : policy.ScaleArithmetic is ScaleArithmetic.Binary32Field or ScaleArithmetic.Binary32Log2 ? Declined("scale-arithmetic", policy)
            : policy.ScaleApplication != ScaleApplication.Exact ? Declined("scale-application", policy)
            : policy.ElementArithmetic != ElementArithmetic.Exact ? Declined("element-arithmetic", policy)
            : policy.SubnormalInputs != SubnormalInputs.Kept ? Declined("subnormal-inputs", policy)
            : policy.InputPrecision != InputPrecision.AsGiven ? Declined("input-precision", policy)
            : policy.NegativeZero == NegativeZero.MadeOnly ? Declined("negative-zero", policy)
            : null;
    }

    /// <summary>Why a device does not compute what the processor's kernels do, or null when it does.</summary>
    public static string? UnsupportedOnDevice(BlockFormat format, ConversionPolicy policy)
        => format.Scale.Element is not null && policy.ScaleRule == ScaleRule.FourOverSix ? Declined("scale-rule", policy) : null;

    /// <summary>
    /// The kernels' UE4M3 scale is the exact quotient, clamped, zero of zeros, and divides as it is stored. Rules and arithmetic of
    /// powers of two do not concern it.
    /// </summary>
    private static string? UnsupportedQuotient(ConversionPolicy policy)
        => policy.ScaleOverflow != ScaleOverflow.Clamp ? Declined("scale-overflow", policy)
            : policy.ScaleArithmetic is ScaleArithmetic.Binary32Divide or ScaleArithmetic.Binary32Multiply
                ? Declined("scale-arithmetic", policy)
            : policy.ElementDivisor != ElementDivisor.Stored ? Declined("element-divisor", policy)
            : policy.ZeroBlock is ZeroBlock.Scale01 or ZeroBlock.Scale08 or ZeroBlock.Scale20 or ZeroBlock.Scale38
                ? Declined("zero-block", policy)
            : null;

    /// <summary>The words of a supported conversion.</summary>
    public static KernelParameters Create(BlockFormat format, ConversionPolicy policy, uint tensorScale = 0x3F800000)
    {
        KernelParameters p = ElementOf(format.Element, policy);
        if (format.Scale.Element is ElementFormat scale)
        {
            p.ScaleOfInfinity = policy.InfInBlock switch
            {
                InfInBlock.ScaleNan => scale.CanonicalNaN,
                InfInBlock.ScaleMax => scale.MaxMagnitude,
                InfInBlock.ScaleZero => 0u,
                _ => throw new InvalidOperationException($"no such choice: {policy.InfInBlock}"),
            };
            p.ScaleOfNan = policy.NanInBlock == NanInBlock.ScaleNan ? scale.CanonicalNaN : 0u;
            AddTensorScale(ref p, tensorScale);
        }
        else
        {
            AddPowerOfTwoScale(ref p, format, policy);
        }

        return p;
    }

    private static KernelParameters ElementOf(ElementFormat element, ConversionPolicy policy)
    {
        bool twosComplement = element.Encoding == ElementEncoding.TwosComplement;
        uint overflow = Beyond(element, negative: false, policy);
        uint infinity = ReferenceCodec.Encode(element, Number.Infinity(negative: false), policy);
        uint nan = ReferenceCodec.Encode(element, Number.NaN, policy);
        return new()
        {
            MantissaBits = (uint)element.MantissaBits,
            EMin = (uint)element.EMin,
            ShiftOfSmallest = (uint)(23 - element.MantissaBits),
            FixedPointBinades = twosComplement ? int.MaxValue : 0u,
            CodeMask = element.CodeMask,
            SignBit = twosComplement ? 0 : element.SignMask,
            ZeroKeepsSign = element.HasNegativeZero && policy.NegativeZero == NegativeZero.Kept ? uint.MaxValue : 0,
            TwosComplement = twosComplement ? uint.MaxValue : 0,
            LargestMagnitude = element.MaxMagnitude,
            NegativeExtra = twosComplement && policy.Int8MinusTwo == Int8MinusTwo.Used ? 1u : 0,
            OverflowPositive = overflow,
            OverflowDifference = overflow ^ Beyond(element, negative: true, policy),
            InfinityPositive = infinity,
            InfinityDifference = infinity ^ ReferenceCodec.Encode(element, Number.Infinity(negative: true), policy),
            NanPositive = nan,
            NanDifference = nan ^ ReferenceCodec.Encode(element, Number.NaN with { Finite = Dyadic.Zero with { Negative = true } }, policy),
            NansIgnored = policy.NanInBlock == NanInBlock.Ignored ? uint.MaxValue : 0,
            RandomBits = (uint)policy.Rounding.RandomBits,
            InfinityMagnitude = element.HasInfinity ? element.MaxMagnitude + 1 : None,
            LargestNotNan = element.Specials switch
            {
                SpecialValues.Ieee => element.MaxMagnitude + 1,
                SpecialValues.NanOnly => element.MaxMagnitude,
                _ => None,
            },
            NanCode = element.Specials == SpecialValues.NanAtNegativeZero ? element.SignMask : None,
        };
    }

    private static void AddPowerOfTwoScale(ref KernelParameters p, BlockFormat format, ConversionPolicy policy)
    {
        ScaleThreshold threshold = Threshold(format.Element, policy);
        bool carries = policy.ScaleArithmetic == ScaleArithmetic.Binary32Bits && policy.ScaleRule == ScaleRule.Even;
        p.ThresholdAddend = (2 * ScaleThreshold.One) - threshold.LeastPassing;
        p.FieldToCode = (uint)(format.Element.EMax - threshold.Offset);
        p.LeastAboveCodeZero = LeastAboveCodeZero(format, policy);
        p.CarryLimit = carries ? 0x7F7FFFFFu : 0x7FFFFFFF;
        p.ScaleOverflow = policy.ScaleOverflow == ScaleOverflow.Clamp ? ScaleFormat.E8M0NaN - 1u : ScaleFormat.E8M0NaN;
        p.ScaleOfZero = ReferenceScale.Select(format, Dyadic.Zero, policy).Code;
        p.ScaleOfInfinity = policy.InfInBlock switch
        {
            InfInBlock.ScaleNan => ScaleFormat.E8M0NaN,
            InfInBlock.ScaleMax => ScaleFormat.E8M0NaN - 1u,
            InfInBlock.ScaleZero => 0u,
            _ => throw new InvalidOperationException($"no such choice: {policy.InfInBlock}"),
        };
        p.ScaleOfNan = policy.NanInBlock == NanInBlock.ScaleNan ? ScaleFormat.E8M0NaN : 0u;
    }

    private static void AddTensorScale(ref KernelParameters p, uint tensorScale)
    {
        // t = significand 2^(field - 150), a subnormal one normalised.
        int field = Math.Max((int)(tensorScale >> 23), 1);
        uint significand = (tensorScale & 0x007FFFFF) | (tensorScale >> 23 == 0 ? 0 : 0x00800000u);
        while (significand < 0x00800000)
        {
            significand <<= 1;
            field--;
        }

        p.MaximumBecomes = 6;

        // 3 t lies in [1.5, 3) of t's binade times two; one bit settles its own.
        uint triple = 3 * significand;
        bool upper = triple >= 1u << 25;
        p.TensorSignificand = significand;
        p.TensorExponent = (uint)(field - 150);
        p.TensorDivisor = upper ? triple : triple << 1;
        p.TensorDivisorExponent = (uint)(field - 127 + (upper ? 3 : 2));
    }

    /// <summary>The same words where a block's maximum is to become 4.</summary>
    public static KernelParameters ToFour(KernelParameters p)
    {
        p.MaximumBecomes = 4;
        p.TensorDivisor = p.TensorSignificand << 2;
        p.TensorDivisorExponent = p.TensorExponent + 25;
        return p;
    }

    /// <summary>Whether <see cref="PlainResults"/> will do.</summary>
    public static bool IsPlain(ElementFormat element, ConversionPolicy policy)
        => element.Encoding == ElementEncoding.SignMagnitude && policy.Overflow == OverflowPolicy.Saturate
            && policy.NegativeZero == NegativeZero.Kept && element.HasNegativeZero;

    private static string Declined(string id, ConversionPolicy policy)
        => $"{id}={Latitude.Find(id)!.Of(policy)} is computed by the reference only";

    private static uint Beyond(ElementFormat element, bool negative, ConversionPolicy policy)
        => ReferenceCodec.EncodeFinite(element, new Dyadic(negative, 1, element.EMax + 2),
            policy with { Rounding = policy.Rounding.IsStochastic ? RoundingMode.TiesToEven : policy.Rounding });

    /// <summary>
    /// The rule's threshold as its arithmetic has it. A binary32 quotient never falls as amax grows and is the same in every
    /// binade where it is normal, so it has a threshold too, though not always the exact one.
    /// </summary>
    private static ScaleThreshold Threshold(ElementFormat element, ConversionPolicy policy)
    {
        if (policy.ScaleArithmetic == ScaleArithmetic.Exact)
        {
            return policy.ScaleRule.ThresholdFor(element);
        }

        int lowest = ExponentOf(0);
        uint low = 1;
        uint high = ScaleThreshold.One;
        while (low < high)
        {
            uint middle = (low + high) / 2;
            if (ExponentOf(middle) > lowest)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return new(lowest + element.EMax, ScaleThreshold.One + low, Inclusive: true);

        int ExponentOf(uint mantissa)
            => ReferenceScale.SharedExponent(element, new(false, ScaleThreshold.One + mantissa, -23), policy)!.Value;
    }

    /// <summary>By bisection over the magnitudes of binary32; the code never falls as amax grows.</summary>
    private static uint LeastAboveCodeZero(BlockFormat format, ConversionPolicy policy)
    {
        uint low = 1;
        uint high = 0x7F7FFFFF;
        while (low < high)
        {
            uint middle = low + ((high - low) / 2);
            if (ReferenceScale.Select(format, Binary32.Decode(middle).Finite, policy).Code > 0)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
