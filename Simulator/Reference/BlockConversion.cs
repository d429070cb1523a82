using System.Collections.Immutable;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>Converts blocks to and from scale and codes (MX 5.1, 6.3).</summary>
internal static class BlockConversion
{
    /// <summary>2^1000: binary32 rounds every quotient by it to zero.</summary>
    private const int BeyondAll = 1000;

    /// <summary>
    /// Quantises one block: X from the largest magnitude, P_i = quantise(V_i / X) (MX 6.3).
    /// </summary>
    /// <param name="format">The block format.</param>
    /// <param name="input">Format of the inputs: binary32, binary16, bfloat16 or any other minifloat.</param>
    /// <param name="values">Input bits, 1 to <see cref="BlockFormat.BlockSize"/> of them. Fewer are padded with zeros, which have no
    /// codes.</param>
    /// <param name="policy">Every choice. A partial block is refused where the policy says so.</param>
    /// <param name="codes">One code an element, as many as values.</param>
    /// <param name="random">For stochastic rounding, the random bits of each element.</param>
    /// <param name="tensorScale">NVFP4's second level: the values are divided by it first. Must be positive.</param>
    /// <returns>The scale's code.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static byte Quantize(BlockFormat format, ElementFormat input, ReadOnlySpan<uint> values, ConversionPolicy policy,
        Span<uint> codes, ReadOnlySpan<uint> random = default, TensorScale? tensorScale = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(policy);
        if (values.Length == 0 || values.Length > format.BlockSize)
        {
            throw new ArgumentException($"a block of {format} has 1 to {format.BlockSize} values, not {values.Length}", nameof(values));
        }

        if (values.Length < format.BlockSize && policy.PartialBlock == PartialBlock.Error)
        {
            throw new ArgumentException($"{values.Length} values do not fill a block of {format.BlockSize} (partial-block=error)",
                nameof(values));
        }

        if (codes.Length < values.Length)
        {
            throw new ArgumentException($"{values.Length} values need as many codes, {codes.Length} given", nameof(codes));
        }

        if (policy.Rounding.IsStochastic && random.Length < values.Length)
        {
            throw new ArgumentException($"rounding={policy.Rounding} needs {values.Length} words of random bits, {random.Length} given",
                nameof(random));
        }

        RequireTensorScale(format, tensorScale);

        // V_i, after the choices on inputs.
        Number[] v = new Number[values.Length];
        for (int i = 0; i < v.Length; i++)
        {
            v[i] = InputNarrowing.Narrow(ElementCodec.Decode(input, values[i]), policy);
        }

        if (policy.SubnormalInputs == SubnormalInputs.FlushBlock && Amax(v) is { IsZero: false } largest
            && largest.FloorLog2 < ElementFormats.Binary32.EMin)
        {
            Array.ConvertAll(v, InputNarrowing.FlushSubnormal).CopyTo(v, 0);
        }

        // X
        TensorScale t = tensorScale ?? TensorScale.One;
        SelectedScale scale = Select(format, v, policy, random, t);

        // P_i = quantise(V_i / X)
        QuantizeElements(format, v, scale, policy, random, t, codes);
        return scale.Code;
    }

    /// <summary>v_i = X P_i (MX 5.1): NaN when X is, else the exact product rounded once to binary32, ties to even.</summary>
    /// <param name="format">The block format.</param>
    /// <param name="scale">The scale's code.</param>
    /// <param name="codes">Element codes.</param>
    /// <param name="values">Binary32 bits, as many as codes.</param>
    /// <param name="tensorScale">NVFP4's second level: a further factor.</param>
    /// <exception cref="ArgumentException">Fewer values than codes, or a tensor scale that the format has not.</exception>
    public static void Dequantize(BlockFormat format, byte scale, ReadOnlySpan<uint> codes, Span<uint> values,
        TensorScale? tensorScale = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (values.Length < codes.Length)
        {
            throw new ArgumentException($"{codes.Length} codes need as many values, {values.Length} given", nameof(values));
        }

        RequireTensorScale(format, tensorScale);
        TensorScale t = tensorScale ?? TensorScale.One;
        Number x = ScaleCodec.Decode(format.Scale, scale);
        for (int i = 0; i < codes.Length; i++)
        {
            Number v = Value(x, ElementCodec.Decode(format.Element, codes[i]), t);
            values[i] = v.IsFinite ? Binary32.Round((Quotient)v.Finite / t.Divisor) : Binary32.Encode(v);
        }
    }

    private static void RequireTensorScale(BlockFormat format, TensorScale? tensorScale)
    {
        if (tensorScale is { } given && (format.Scale.Element is null || given.Stored.IsZero || given.Stored.Negative))
        {
            throw new ArgumentException(format.Scale.Element is null ? $"{format} has no tensor scale" : "a tensor scale is positive",
                nameof(tensorScale));
        }
    }

    /// <summary>X P, times t's factor and not yet over its divisor, with the special values of MX 5.1, exact when finite.</summary>
    private static Number Value(Number x, Number p, TensorScale t)
        => x.IsNaN ? Number.NaN : p.IsFinite ? x.Finite * p.Finite * t.Factor : x.Finite.IsZero && p.IsInfinity ? Number.NaN : p;

    private static Dyadic Amax(ReadOnlySpan<Number> values)
    {
        Dyadic amax = Dyadic.Zero;
        foreach (Number value in values)
        {
            if (value.IsFinite && Dyadic.CompareMagnitude(value.Finite, amax) > 0)
            {
                amax = value.Finite.Abs();
            }
        }

        return amax;
    }

    private static SelectedScale Select(BlockFormat format, ReadOnlySpan<Number> v, ConversionPolicy policy, ReadOnlySpan<uint> random,
        TensorScale t)
    {
        byte nan = (byte)(format.Scale.Element is null ? ScaleFormat.E8M0NaN : format.Scale.Element.CanonicalNaN);
        byte max = (byte)(format.Scale.Element is null ? ScaleFormat.E8M0NaN - 1 : format.Scale.Element.MaxMagnitude);
        if (Contains(v, NumberKind.NaN) && policy.NanInBlock != NanInBlock.Ignored)
        {
            return new(policy.NanInBlock == NanInBlock.ScaleNan ? nan : (byte)0);
        }

        if (Contains(v, NumberKind.Infinity))
        {
            return new(policy.InfInBlock switch
            {
                InfInBlock.ScaleNan => nan,
                InfInBlock.ScaleMax => max,
                InfInBlock.ScaleZero => 0,
                _ => throw new InvalidOperationException($"no such choice: {policy.InfInBlock}"),
            });
        }

        Dyadic amax = Amax(v);
        if (format.Scale.Element is { } scale)
        {
            SelectedScale six = QuotientScale.Select(scale, amax, ScaleSelection.MaxNormal(format.Element), t, policy);
            return policy.ScaleRule == ScaleRule.FourOverSix && !amax.IsZero
                ? LeastSquaredError(format, v, [six, QuotientScale.Select(scale, amax, QuotientScale.Four, t, policy)], policy,
                    random, t)
                : six;
        }

        return policy.ScaleRule == ScaleRule.Mse && !amax.IsZero
            ? LeastSquaredError(format, v, FloorAndAbove(format, amax, policy), policy, random, t)
            : ScaleSelection.Select(format, amax, policy);
    }

    private static ImmutableArray<SelectedScale> FloorAndAbove(BlockFormat format, Dyadic amax, ConversionPolicy policy)
    {
        int floor = ScaleSelection.SharedExponent(format.Element, amax, policy with { ScaleRule = ScaleRule.Floor })!.Value;
        return [ScaleSelection.Clamp(floor, policy), ScaleSelection.Clamp(floor + 1, policy)];
    }

    private static bool Contains(ReadOnlySpan<Number> values, NumberKind kind)
    {
        foreach (Number value in values)
        {
            if (value.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    private static void QuantizeElements(BlockFormat format, ReadOnlySpan<Number> v, SelectedScale scale, ConversionPolicy policy,
        ReadOnlySpan<uint> random, TensorScale t, Span<uint> codes)
    {
        Number x = ScaleCodec.Decode(format.Scale, scale.Code);
        if (x.IsNaN)
        {
            // Every v_i is NaN whatever the element (MX 5.1), so the codes are zero by convention.
            codes[..v.Length].Clear();
            return;
        }

        (Dyadic Over, Dyadic Under) divisor = DivisorOf(x.Finite, scale, t, policy);
        Number[] products = policy.ElementArithmetic == ElementArithmetic.Binary32Search
            ? Binary32Element.Products(format.Element, Whole(divisor)) : [];
        for (int i = 0; i < v.Length; i++)
        {
            codes[i] = QuantizeElement(format.Element, scale.FlushesBlock ? Flushed(v[i]) : v[i], divisor, products, scale.Code, policy,
                policy.Rounding.IsStochastic ? random[i] : 0);
        }
    }

    private static Number Flushed(Number value) => value.IsFinite ? Dyadic.Zero with { Negative = value.Negative } : value;

    /// <summary>What V_i is divided by: X, times the tensor's scale where there is one; or that before X was rounded.</summary>
    private static (Dyadic Over, Dyadic Under) DivisorOf(Dyadic x, SelectedScale scale, TensorScale t, ConversionPolicy policy)
        => policy.ElementDivisor == ElementDivisor.Unrounded && scale.Unrounded is { } unrounded && !x.IsZero
            ? unrounded
            : (x * t.Factor, t.Divisor);

    /// <summary>
    /// A quotient that is no dyadic number is a binary32 one wherever the arithmetic is binary32's. Where that is infinite, what is
    /// divided by it is zero, as it is over any number beyond all others.
    /// </summary>
    private static Dyadic Whole((Dyadic Over, Dyadic Under) divisor) => divisor.Under == Dyadic.PowerOfTwo(0) ? divisor.Over
        : Binary32.Divide(divisor.Over, divisor.Under) is { IsFinite: true } whole ? whole.Finite : Dyadic.PowerOfTwo(BeyondAll);

    private static uint QuantizeElement(ElementFormat element, Number v, (Dyadic Over, Dyadic Under) divisor,
        ReadOnlySpan<Number> products, byte scaleCode, ConversionPolicy policy, uint random)
    {
        if (policy.ScaleApplication != ScaleApplication.Exact)
        {
            return ElementCodec.Encode(element, ScaleDivision.Apply(v, Whole(divisor), scaleCode, policy.ScaleApplication), policy, random);
        }

        if (!v.IsFinite)
        {
            return ElementCodec.Encode(element, v, policy, random);
        }

        // A UE4M3 scale of zero leaves nothing to divide by: every element is zero.
        Quotient quotient = divisor.Over.IsZero ? Dyadic.Zero with { Negative = v.Negative }
            : (Quotient)(v.Finite * divisor.Under) / divisor.Over;
        return policy.ElementArithmetic switch
        {
            ElementArithmetic.Exact => ElementCodec.EncodeFinite(element, quotient, policy, random),
            ElementArithmetic.Binary32AddHalf
                => Binary32Element.AddHalf(element, Binary32.Decode(Binary32.Round(quotient)), policy, random),
            ElementArithmetic.Binary32Search => Binary32Element.Search(element, products, v.Finite),
            _ => throw new InvalidOperationException($"no such choice: {policy.ElementArithmetic}"),
        };
    }

    /// <summary>The best of the candidates by the exact sum of squared errors, ties to the first.</summary>
    private static SelectedScale LeastSquaredError(BlockFormat format, ReadOnlySpan<Number> v, ImmutableArray<SelectedScale> candidates,
        ConversionPolicy policy, ReadOnlySpan<uint> random, TensorScale t)
    {
        SelectedScale best = candidates[0];
        Dyadic? least = null;
        foreach (SelectedScale candidate in candidates)
        {
            // No error means an infinite one: the scale is NaN, or an element overflowed to NaN or infinity.
            Dyadic? error = SquaredError(format, v, candidate, policy, random, t);
            if (error is not null && (least is null || Dyadic.CompareMagnitude(error.Value, least.Value) < 0))
            {
                (best, least) = (candidate, error);
            }
        }

        return best;
    }

    private static Dyadic? SquaredError(BlockFormat format, ReadOnlySpan<Number> v, SelectedScale scale, ConversionPolicy policy,
        ReadOnlySpan<uint> random, TensorScale t)
    {
        Span<uint> codes = stackalloc uint[v.Length];
        QuantizeElements(format, v, scale, policy, random, t, codes);
        Number x = ScaleCodec.Decode(format.Scale, scale.Code);
        Dyadic sum = Dyadic.Zero;
        for (int i = 0; i < v.Length; i++)
        {
            Number back = Value(x, ElementCodec.Decode(format.Element, codes[i]), t);
            if (!v[i].IsFinite)
            {
                continue; // a NaN that the maximum ignores has no error
            }

            if (!back.IsFinite)
            {
                return null;
            }

            // In units of 1 / t where t is a divisor: the least of them is the least.
            Dyadic error = back.Finite - (v[i].Finite * t.Divisor);
            sum += error * error;
        }

        return sum;
    }
}
