using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Maxima and blocks at which a choice about a scale that is a number of its own, as NVFP4's is, begins to matter.</summary>
internal static class QuotientCases
{
    private const int MostThatDiffer = 8;
    private const int MostThatDoNot = 4;
    private const uint Minus = Inputs.SignBit;

    /// <summary>0.1, 1/3, 1.1, pi and 2^-10 / 3: none a power of two.</summary>
    private static readonly uint[] TensorScales = [0x3DCC_CCCD, 0x3EAA_AAAB, 0x3F8C_CCCD, 0x4049_0FDB, 0x39AA_AAAB];

    private static readonly Dyadic Six = ScaleSelection.MaxNormal(MxFormats.Nvfp4.Element);

    /// <summary>The maxima for <c>id=choice</c> of <c>scale</c>, which has no tensor scale.</summary>
    public static uint[] Maxima(ElementFormat scale, string choice) => LatitudeCases.IdOf(choice) switch
    {
        "zero-block" => [0, 1, 0x3F80_0000],
        "scale-overflow" => AtTheTop(scale),
        "scale-underflow" => AtTheBottom(scale),
        _ => [],
    };

    /// <summary>
    /// 6 times the greatest scale (448 of UE4M3), the last quotient that rounds to it (464), the next that would have a code (480), each
    /// but that with one step above; and far beyond.
    /// </summary>
    private static uint[] AtTheTop(ElementFormat scale)
    {
        uint greatest = Sixfold(Inputs.OnGrid(scale, scale.MaxMagnitude));
        uint last = Sixfold(Inputs.Between(scale, scale.MaxMagnitude, 1, 1));
        Dyadic next = Inputs.OnGrid(scale, scale.MaxMagnitude + 1) * Six;
        return [greatest, greatest + 1, last, last + 1, Binary32.Round(next), Binary32.Round(Dyadic.PowerOfTwo(next.FloorLog2 + 2))];
    }

    /// <summary>
    /// The least number; 6 times half the least scale, which is the last that rounds to zero, one step above, and the least scale; two
    /// that round up to the least normal scale, and that.
    /// </summary>
    private static uint[] AtTheBottom(ElementFormat scale)
    {
        Dyadic least = Inputs.OnGrid(scale, 1);
        Dyadic leastNormal = Inputs.OnGrid(scale, 1u << scale.MantissaBits);
        uint half = Sixfold(Inputs.Between(scale, 0, 1, 1));
        uint normal = Sixfold(leastNormal);
        return [1, half, half + 1, Sixfold(least), Binary32.Round((leastNormal * Six) - least.Scale(1)) - 1, normal - 1, normal];
    }

    private static uint Sixfold(Dyadic value) => Binary32.Round(value * Six);

    /// <summary>The blocks for <c>id=choice</c>, with the parameters that differ from those of most rows.</summary>
    public static IEnumerable<(string Parameters, uint[] Values)> Blocks(ElementFormat scale, string choice)
        => LatitudeCases.IdOf(choice) switch
        {
            "scale-overflow" => [.. AtTheTop(scale).Select(amax => ("", new uint[] { amax, Half(amax), amax | Minus, 0x3F80_0000 })),
            ("tensor-scale=3f000000", [0x44AE_0000]), ("tensor-scale=3f000000", [0x44AE_0001, 0x3F80_0000])],
            "scale-underflow" => [.. AtTheBottom(scale).Select(amax => ("", new uint[] { amax, Half(amax), amax | Minus, Minus })),
            ("tensor-scale=40000000", [0x3C40_0000, 0xBBC0_0000]), ("tensor-scale=40000000", [0x3C40_0001])],
            "scale-arithmetic" => Arithmetic(scale, choice),
            "element-divisor" => Divisor(),
            "scale-rule" => FourOverSix(),
            _ => throw new InvalidOperationException($"no blocks for {choice}"),
        };

    /// <summary>
    /// Elements on midpoints of E2M1 and a step beside them, under X t: what rounds X t, or its reciprocal, takes some for ties that are
    /// none.
    /// </summary>
    public static IEnumerable<(string Parameters, uint[] Values)> TiesUnderTensorScales(ElementFormat scale)
        => from tensorScale in TensorScales
           from code in new uint[] { One(scale) + 1, One(scale) + 7 }
           select ($"tensor-scale={HexWords.Write(tensorScale, 8)}", Ties(Inputs.OnGrid(scale, code) * Value(tensorScale)));

    /// <summary>
    /// Under X = 1.125 and t = 1 + 2^-23, whose product has more bits than binary32: numbers below and above 2 X t and 4 X t by less
    /// than a step, which toward zero are in different binades. What compares them in fewer bits takes the lower for the power of two.
    /// </summary>
    public static (string Parameters, uint[] Values) BesidePowers { get; } =
        ("tensor-scale=3f800001 rounding=toward-zero overflow=saturate",
            [0x40D8_0002, 0x4010_0001, 0x4010_0002, 0x4090_0001, 0x4090_0002, 0x4010_0001 | Minus, 0x4090_0002 | Minus]);

    /// <summary>
    /// Random bits that carry what is 114 of 2^32 below the next code and not what is 228 below: the first of <see cref="BesidePowers"/>
    /// is the one in a step of a half and the other in a step of 1.
    /// </summary>
    public const uint BetweenCarries = 170;

    private static uint[] Ties(Dyadic divisor)
    {
        ElementFormat element = MxFormats.Nvfp4.Element;
        uint[] block = new uint[MxFormats.Nvfp4.BlockSize];
        block[0] = Binary32.Round(divisor * Six);
        for (int i = 1; i < block.Length; i++)
        {
            uint tie = Binary32.Round(divisor * Inputs.Between(element, (uint)((i - 1) / 2) % element.MaxMagnitude, 1, 1));
            block[i] = (tie - 1 + (uint)((i - 1) % 2)) | (i % 4 > 1 ? Minus : 0);
        }

        return block;
    }

    /// <summary>Maxima beside 6 t times a midpoint of the scale's format whose binary32 quotient is on it; some whose is not.</summary>
    private static IEnumerable<(string Parameters, uint[] Values)> Arithmetic(ElementFormat scale, string choice)
    {
        string id = LatitudeCases.IdOf(choice);
        ConversionPolicy inexact = ConversionPolicy.Ocp.With(id, choice[(id.Length + 1)..]);
        int differ = 0;
        int alike = 0;
        foreach (uint tensorScale in TensorScales)
        {
            foreach (uint code in Enumerable.Range((int)One(scale) - 8, 24).Select(c => (uint)c))
            {
                uint middle = Binary32.Round(Six * Value(tensorScale) * Inputs.Between(scale, code, 1, 1));
                foreach (uint bits in new[] { middle - 1, middle, middle + 1 })
                {
                    bool matters = Scale(scale, bits, tensorScale, inexact) != Scale(scale, bits, tensorScale, ConversionPolicy.Ocp);
                    if (matters ? differ++ < MostThatDiffer : alike++ < MostThatDoNot)
                    {
                        yield return ($"tensor-scale={HexWords.Write(tensorScale, 8)}", [bits, Half(bits) | Minus]);
                    }
                }
            }
        }
    }

    private static byte Scale(ElementFormat scale, uint bits, uint tensorScale, ConversionPolicy policy)
        => QuotientScale.Select(scale, Value(bits), Six, Value(tensorScale), policy).Code;

    /// <summary>
    /// A scale that is exact; ones that round up, down and to the ends; and multiples of amax / 6 on midpoints, which are none of X's.
    /// </summary>
    private static IEnumerable<(string Parameters, uint[] Values)> Divisor()
    {
        yield return ("", [0x40C0_0000, 0x3F40_0000, 0xBFA0_0000, 0x3FE0_0000]);
        yield return ("", [0x3F80_0000, 0x3ED8_0000]);
        yield return ("", [0x4600_0000, 0x4580_0000, 0x4500_0000, 0xC480_0000]);
        yield return ("", [0x3BC0_0000, 0x3B40_0000]);
        yield return ("", [0x3C00_0000, 0xBB80_0000, 0x3B00_0000]);
        foreach (uint amax in new uint[] { 0x3F80_0000, 0x3FA6_6666, 0x3FD0_0001, 0x4019_999A })
        {
            yield return ("", Twelfths(amax));
            yield return ("tensor-scale=3dcccccd", Twelfths(amax));
        }
    }

    private static uint[] Twelfths(uint amax)
        => [amax, .. Enumerable.Range(1, 12).Select(n
            => Binary32.Round((Quotient)(Value(amax) * new Dyadic(n % 2 == 0, n, 0)) / new Dyadic(false, 12, 0)))];

    /// <summary>Blocks where 6 is better, where 4 is, where they tie, and where either scale is at an end of its range.</summary>
    private static IEnumerable<(string Parameters, uint[] Values)> FourOverSix()
    {
        yield return ("", []);
        yield return ("", [0x40C0_0000, 0x4040_0000, 0x3FC0_0000, 0xC0C0_0000]); // exact at both: 6
        yield return ("", [0x40C0_0000, 0x4090_0000, 0x4090_0000]); // 4.5 of 6 is 3 of 4
        yield return ("", [0x40C0_0000, 0x4080_0000, 0x3F00_0000]); // exact under 6 alone
        yield return ("", [0x44E0_0000, 0x44A8_0000]); // amax / 4 is 448
        yield return ("", [0x4528_0000, 0x4500_0000, 0x44A8_0000]); // amax / 4 is beyond
        yield return ("", [0x3BC0_0000, 0x3B40_0000]); // amax / 6 rounds to zero, amax / 4 does not
        yield return ("", [1, Minus | 1]);
        yield return ("", [0x3F80_0000, Inputs.Infinity]);
        yield return ("", [0x7FC0_0000, 0x3F80_0000]);
        for (int i = 0; i < 24; i++)
        {
            SplitMix draws = SplitMix.For(FormattableString.Invariant($"four-over-six {i}"));
            uint[] block = [.. Enumerable.Range(0, MxFormats.Nvfp4.BlockSize).Select(_ => draws.Binary32(-3, 1))];
            yield return (i % 3 == 0 ? $"tensor-scale={HexWords.Write(TensorScales[i / 3 % TensorScales.Length], 8)}" : "", block);
        }
    }

    /// <summary>The code of 1.</summary>
    private static uint One(ElementFormat scale) => (uint)scale.Bias << scale.MantissaBits;

    private static uint Half(uint bits) => Binary32.Round(Value(bits).Scale(-1));

    private static Dyadic Value(uint bits) => Binary32.Decode(bits).Finite;
}
