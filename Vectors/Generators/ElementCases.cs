using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of decode, encode and the E8M0 cast.</summary>
internal static class ElementCases
{
    /// <summary>Every code.</summary>
    public static IEnumerable<Case> Decode(string format, Catalogue catalogue)
    {
        ElementFormat? element = format == ScaleFormat.E8M0.Name ? null : catalogue.Element(format);
        uint codes = element is null ? 256 : element.CodeMask + 1;
        for (uint code = 0; code < codes; code++)
        {
            Number value = element is null ? ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code) : ElementCodec.Decode(element, code);
            string flags = Flags(
                ("nan", value.IsNaN),
                ("infinity", value.IsInfinity),
                ("negative-zero", value.IsFinite && value.Finite.IsZero && value.Negative),
                (
                    "subnormal",
                    element is { Encoding: not ElementEncoding.TwosComplement }
                        && value.IsFinite
                        && !value.Finite.IsZero
                        && value.Finite.FloorLog2 < element.EMin),
                ("scale-00", element is null && code == 0),
                ("scale-ff", element is null && code == 255),
                ("int8-minus-two", element?.Encoding == ElementEncoding.TwosComplement && code == 0x80),
                ("extension", element?.IsExtension ?? false));
            yield return new(
                Operation.Decode,
                format,
                "",
                HexWords.Write(code, element?.HexDigits ?? 2),
                element?.Source ?? Clauses.E8M0,
                flags,
                IsSmoke: true);
        }
    }

    /// <summary>
    /// Every midpoint and every code's number with their neighbours, both signs, specials, every mode and overflow policy.
    /// </summary>
    public static IEnumerable<Case> Encode(ElementFormat format, Catalogue catalogue)
    {
        (uint Bits, string Kind)[] positive = [.. Inputs.AroundGrid(format).DistinctBy(i => i.Bits)];
        (uint Bits, string Kind)[] inputs =
        [
            .. positive, .. positive.Select(i => (i.Bits | Inputs.SignBit, i.Kind)),
            .. Inputs.Special.Select(bits => (bits, "special")), .. Inputs.Special.Select(bits => (bits | Inputs.SignBit, "special")),
        ];
        Dyadic max = Inputs.OnGrid(format, format.MaxMagnitude);
        foreach (OverflowPolicy overflow in catalogue.Overflows)
        {
            // The extensions take the same path as E4M3 and E5M2: two modes show that their constants are right.
            foreach (RoundingMode mode in format.IsExtension ? [RoundingMode.TiesToEven, RoundingMode.TowardZero] : catalogue.Roundings)
            {
                foreach ((uint bits, string kind) in inputs.DistinctBy(i => i.Bits))
                {
                    Number value = Binary32.Decode(bits);
                    bool isBeyond = !value.IsFinite || Dyadic.CompareMagnitude(value.Finite, max) > 0;
                    if (!isBeyond && (overflow == OverflowPolicy.NonFinite || kind == (mode.IsNearest ? "beside" : "midpoint")))
                    {
                        // the policy cannot matter; nor a step from a code to the nearest modes, or where the middle is to the others
                        continue;
                    }

                    bool isSmoke = mode == RoundingMode.TiesToEven && (kind is "midpoint" or "special" || isBeyond);
                    yield return new(
                        Operation.Encode,
                        format.Name,
                        $"rounding={mode} overflow={Names.Of(overflow)}",
                        HexWords.Write(bits, 8),
                        isBeyond ? Clauses.Fp8Overflow : Clauses.Fp8Conversion,
                        EncodeFlags(format, value, kind, isBeyond),
                        isSmoke);
                }
            }
        }

        foreach (Case c in NarrowingCases.Encode(format))
        {
            yield return c;
        }

        foreach (Case c in EncodeStochastic(format, catalogue))
        {
            yield return c;
        }

        foreach (Case c in format.IsExtension ? [] : EncodeNarrow(format, positive))
        {
            yield return c;
        }
    }

    /// <summary>
    /// The binary32 -> E8M0 cast: powers of two and midpoints with their neighbours, all of them at both ends, zeros, negatives.
    /// </summary>
    public static IEnumerable<Case> Cast(Catalogue catalogue)
    {
        List<uint> inputs = [];
        for (int e = -129; e <= 127; e += e is >= -120 and < 120 ? 5 : 1)
        {
            inputs.AddRange(Inputs.Neighbours(Dyadic.PowerOfTwo(e)));
            inputs.AddRange(Inputs.Neighbours(new Dyadic(false, 3, e - 1)));
        }

        inputs.AddRange(Inputs.Special);
        inputs.AddRange([0xBF80_0000, 0xC040_0000, 0x8000_0000, 0x8000_0001, 0xFF7F_FFFF, 0xFF80_0000, 0xFFC0_0000]);
        foreach (RoundingMode mode in catalogue.Roundings)
        {
            foreach (OverflowPolicy overflow in catalogue.Overflows)
            {
                foreach (uint bits in inputs.Where(bits => (bits & ~Inputs.SignBit) <= 0x7FFF_FFFF).Distinct())
                {
                    Number value = Binary32.Decode(bits);
                    bool isBeyond = !value.IsFinite || (bits & ~Inputs.SignBit) > 0x7F00_0000;
                    if (overflow == OverflowPolicy.NonFinite && !isBeyond)
                    {
                        continue;
                    }

                    string flags = Flags(
                        ("nan", value.IsNaN),
                        ("infinity", value.IsInfinity),
                        ("zero", value.IsFinite && value.Finite.IsZero),
                        ("negative", value.Negative && value.IsFinite),
                        ("subnormal-input", value.IsFinite && !value.Finite.IsZero && value.Finite.FloorLog2 < -126),
                        ("overflow", isBeyond && value.IsFinite),
                        ("scale-cast", true));
                    yield return new(
                        Operation.Encode,
                        "e8m0",
                        $"rounding={mode} overflow={Names.Of(overflow)}",
                        HexWords.Write(bits, 8),
                        Clauses.E8M0,
                        flags,
                        mode == RoundingMode.TowardPositive || mode == RoundingMode.TiesToEven);
                }
            }
        }
    }

    private static IEnumerable<Case> EncodeStochastic(ElementFormat format, Catalogue catalogue)
    {
        uint stride = Math.Max(1, format.MaxMagnitude / 12);
        foreach (RoundingMode mode in format.IsExtension ? [RoundingMode.Stochastic(8)] : catalogue.StochasticRoundings)
        {
            int n = mode.RandomBits;
            for (uint index = 0; index <= format.MaxMagnitude; index += stride)
            {
                // delta at both ends, on and between multiples of 2^-n: k / 2^n, and k / 2^n + 1 / 2^(n+1), the ties of variants C and odd.
                foreach (int eighth in new[] { 0, 1, 3, 4, 7 })
                {
                    BigInteger scaled = ((BigInteger)eighth << (n + 1)) / 8;
                    foreach (BigInteger numerator in new[] { scaled, scaled + 1 })
                    {
                        Dyadic value = Inputs.Between(format, index, numerator, n + 1);
                        uint bits = Binary32.Round(value);
                        if (Dyadic.CompareMagnitude(Binary32.Decode(bits).Finite, value) != 0)
                        {
                            continue; // not a binary32 number
                        }

                        long threshold = (1L << n) - (long)(numerator >> 1);
                        long[] bitsAround = [0, threshold - 1, threshold, (1L << n) - 1];
                        foreach (long random in bitsAround.Where(r => r >= 0 && r < 1L << n).Distinct())
                        {
                            bool negative = (index + (uint)eighth) % 2 == 1;
                            uint signed = negative ? bits | Inputs.SignBit : bits;
                            yield return new(
                                Operation.Encode,
                                format.Name,
                                $"rounding={mode} overflow=saturate",
                                $"{HexWords.Write(signed, 8)} {HexWords.Write((uint)random, mode.RandomDigits)}",
                                Clauses.Stochastic,
                                EncodeFlags(format, Binary32.Decode(signed), "stochastic", isBeyond: false),
                                n == 8 && mode.Variant == StochasticVariant.A && index % (2 * stride) == 0);
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// The same boundaries from binary16 and bfloat16, where those hold them; a few ties and their neighbours are asked at every level,
    /// because half of the reported encoders read narrow inputs by code of their own.
    /// </summary>
    private static IEnumerable<Case> EncodeNarrow(ElementFormat format, (uint Bits, string Kind)[] positive)
    {
        foreach (ElementFormat from in new[] { ElementFormats.Binary16, ElementFormats.BFloat16 })
        {
            uint[] codes =
            [
                .. positive.Select(
                    i => ElementCodec.Encode(from, Binary32.Decode(i.Bits), ConversionPolicy.Ocp)).Concat<uint>(
                        [from.MaxMagnitude, from.MaxMagnitude + 1, from.CanonicalNaN, 1]).Distinct(),
            ];
            HashSet<uint> few = [.. NarrowTies(format, from).SelectMany(tie => new[] { tie - 1, tie, tie + 1 })];
            codes = [.. codes.Union(few)];
            foreach (uint code in codes.SelectMany(code => new[] { code, code | from.SignMask }))
            {
                Number value = ElementCodec.Decode(from, code);
                bool isBeyond = !value.IsFinite || Dyadic.CompareMagnitude(value.Finite, Inputs.OnGrid(format, format.MaxMagnitude)) > 0;
                yield return new(
                    Operation.Encode,
                    format.Name,
                    $"from={from} rounding=ties-to-even overflow=saturate",
                    HexWords.Write(code, from.HexDigits),
                    Clauses.Fp8Conversion,
                    EncodeFlags(format, value, "narrow-input", isBeyond),
                    few.Contains(code & ~from.SignMask) || !value.IsFinite);
            }
        }
    }

    /// <summary>
    /// Codes of a narrow format that lie in the middle between two codes: at the least, in the middle and at the greatest, two of each, so
    /// that one tie goes up to its even code and one down.
    /// </summary>
    private static IEnumerable<uint> NarrowTies(ElementFormat format, ElementFormat from)
    {
        uint middle = format.MaxMagnitude / 2;
        foreach (uint index in new uint[] { 0, 1, middle, middle + 1, format.MaxMagnitude - 1, format.MaxMagnitude })
        {
            Dyadic tie = Inputs.Between(format, index, 1, 1);
            uint code = ElementCodec.Encode(from, (Number)tie, ConversionPolicy.Ocp);
            if (Dyadic.CompareMagnitude(ElementCodec.Decode(from, code).Finite, tie) == 0)
            {
                yield return code;
            }
        }
    }

    private static string EncodeFlags(ElementFormat format, Number value, string kind, bool isBeyond)
    {
        bool isNonZero = value.IsFinite && !value.Finite.IsZero;
        return Flags(
            (kind, kind is "midpoint" or "stochastic" or "narrow-input"),
            ("nan", value.IsNaN),
            ("infinity", value.IsInfinity),
            ("overflow", isBeyond && value.IsFinite),
            ("negative-zero", value.Negative && value.IsFinite && value.Finite.IsZero),
            ("subnormal", isNonZero && format.Encoding != ElementEncoding.TwosComplement && value.Finite.FloorLog2 < format.EMin),
            ("subnormal-input", isNonZero && value.Finite.FloorLog2 < ElementFormats.Binary32.EMin),
            (
                "int8-minus-two",
                format.Encoding == ElementEncoding.TwosComplement
                    && value.Negative
                    && isNonZero
                    && Dyadic.CompareMagnitude(value.Finite, new(false, 255, -7)) >= 0),
            ("extension", format.IsExtension));
    }

    internal static string Flags(params (string Flag, bool Applies)[] flags)
        => string.Join(' ', flags.Where(f => f.Applies).Select(f => f.Flag).Distinct());
}
