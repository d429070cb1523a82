using System.Globalization;
using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.P3109;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests.P3109;

/// <summary>Projection: pinned cases, and every mode against an oracle over fractions.</summary>
public sealed class P3109ProjectionTests
{
    // Derived from the draft's text beforehand.
    [Theory]
    [InlineData("Binary8p4se", 232, 0, "NearestTiesToEven", "7e")]
    [InlineData("Binary8p4se", 232, 0, "NearestTiesToAway", "7f")]
    [InlineData("Binary8p4se", 225, 0, "ToOdd", "7f")]
    [InlineData("Binary8p4se", 225, 0, "TowardPositive", "7f")]
    [InlineData("Binary8p4se", 225, 0, "NearestTiesToEven", "7e")]
    [InlineData("Binary4p2ue", -1, -6, "NearestTiesToEven", "00")]
    [InlineData("Binary4p2ue", -1, -6, "TowardNegative", "0f")]
    public void SatNone_is_that_of_the_draft(string name, int significand, int exponent, string mode, string code)
        => Assert.Equal(code, Project(name, $"({mode},SatNone)", significand, exponent));

    [Theory]
    [InlineData(3, -1, "80")]
    [InlineData(3, 0, "82")]
    [InlineData(6, 0, "82")]
    public void Precision_1_ties_to_the_even_code(int significand, int exponent, string code)
        // 1 has code 80, 2 has 81, 4 has 82.
        => Assert.Equal(code, Project("Binary8p1uf", "(NearestTiesToEven,SatNone)", significand, exponent));

    /// <summary>How many of the four R round up, with N = 2 and v = 1/8, 3/8, 7/8.</summary>
    [Theory]
    [InlineData("StochasticA", 0, 1, 3)]
    [InlineData("StochasticB", 1, 2, 4)]
    [InlineData("StochasticC", 0, 2, 4)]
    public void As_many_R_round_up_as_the_draft_says(string mode, int eighth, int threeEighths, int sevenEighths)
    {
        int Ups(int eighths) => Enumerable.Range(0, 4)
            .Count(r => Project("Binary8p4se", $"({mode}:2,SatNone)", 64 + eighths, -6, (uint)r) == "41");
        Assert.Equal((eighth, threeEighths, sevenEighths), (Ups(1), Ups(3), Ups(7)));
    }

    public static TheoryData<int> Widths() => [3, 4, 5, 6];

    /// <summary>
    /// Every format of up to six bits, every mode, every saturation, every R: on each code's value, between each two at eighths, at a
    /// third, far beyond either end, and on the specials.
    /// </summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_mode_agrees_with_the_second_oracle_on_every_format(int bits)
    {
        long asked = 0;
        Parallel.ForEach(P3109Format.All.Where(format => format.Bits == bits), format =>
        {
            OracleP3109 oracle = P3109FormatTests.Oracle(format);
            foreach (ClosedReal value in Inputs(format))
            {
                Interlocked.Add(ref asked, Agree(format, oracle, value, [1, 2, 3]));
            }
        });
        Assert.True(asked > 10_000, $"{asked}");
    }

    /// <summary>The wider formats, sampled: from the smallest subnormal to beyond the largest value, with random bits of 1 to 16.</summary>
    [Fact]
    public void Wider_formats_agree_on_a_sample()
    {
        Parallel.ForEach(P3109Format.All.Where(format => format.Bits is > 6 and <= 13), format =>
        {
            Random random = new(format.Name.Sum(c => c) + format.Precision);
            OracleP3109 oracle = P3109FormatTests.Oracle(format);
            for (int i = 0; i < 40; i++)
            {
                Dyadic near = Codec.Decode(format, (uint)random.NextInt64(format.MaxFinite + 1)).Finite;
                Dyadic value = near.Scale(random.Next(8) == 0 ? 2 : 0)
                    + new Dyadic(false, random.Next(1 << 12), (near.IsZero ? 1 - format.Bias : near.FloorLog2) - format.TrailingBits - 11);
                Agree(format, oracle, (Number)(value with { Negative = random.Next(2) == 0 }), [random.Next(1, 17)], random);
            }
        });
    }

    [Fact]
    public void The_saturation_table_has_each_case_once()
        => Assert.All(from excess in Enum.GetValues<P3109Excess>()
                      from target in Enum.GetValues<P3109Targets>().Where(target => target != P3109Targets.None)
                      select (excess, target),
            pair => Assert.Single(P3109SaturationTable.Rows,
                row => row.Excess == pair.excess && (row.Targets & pair.target) != 0));

    [Theory]
    [InlineData("(NearestTiesToEven,SatNone)")]
    [InlineData("(StochasticB:32,SatPropagate)")]
    public void A_projection_is_read_as_it_is_written(string text) => Assert.Equal(text, P3109Projection.Parse(text).ToString());

    [Theory]
    [InlineData("NearestTiesToEven,SatNone")]
    [InlineData("(NearestTiesToEven)")]
    [InlineData("(TiesToEven,SatNone)")]
    [InlineData("(NearestTiesToEven,OvfInf)")]
    [InlineData("(StochasticA,SatNone)")]
    [InlineData("(StochasticA:0,SatNone)")]
    [InlineData("(StochasticA:33,SatNone)")]
    [InlineData("(StochasticA:04,SatNone)")]
    [InlineData("(StochasticA:,SatNone)")]
    public void What_is_no_projection_is_refused(string text)
        => Assert.Contains("SatPropagate", Assert.Throws<ArgumentException>(() => P3109Projection.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Modes_that_the_draft_does_not_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new P3109Projection(RoundingMode.TiesToZero, P3109Saturation.SatNone));
        Assert.Throws<ArgumentException>(()
            => new P3109Projection(RoundingMode.Stochastic(4, StochasticVariant.Odd), P3109Saturation.SatNone));
    }

    private static string Project(string name, string projection, int significand, int exponent, uint random = 0)
    {
        P3109Format format = P3109Format.Parse(name);
        Number value = new Dyadic(significand < 0, Math.Abs(significand), exponent);
        return Projection.Project(format, P3109Projection.Parse(projection), value, random)
            .ToString($"x{format.HexDigits}", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<ClosedReal> Inputs(P3109Format format)
    {
        yield return Number.NaN;
        yield return Number.Infinity(negative: false);
        yield return Number.Infinity(negative: true);
        foreach (bool negative in new[] { false, true })
        {
            for (uint code = 0; code <= format.MaxFinite; code++)
            {
                Dyadic low = Codec.Decode(format, code).Finite;
                int quantum = (low.IsZero ? 1 - format.Bias : Math.Max(low.FloorLog2, 1 - format.Bias)) - format.TrailingBits;
                for (int eighths = 0; eighths < 8; eighths++)
                {
                    yield return (Number)((low + new Dyadic(false, eighths, quantum - 3)) with { Negative = negative });
                }

                Dyadic third = low + new Dyadic(false, 1, quantum - 9);
                yield return ClosedReal.Of((Quotient)(third with { Negative = negative }) / new Dyadic(false, 3, -1));
            }

            for (int up = 1; up < 6; up++)
            {
                yield return (Number)(Codec.Decode(format, format.MaxFinite).Finite.Scale(up) with { Negative = negative });
            }
        }
    }

    private static long Agree(P3109Format format, OracleP3109 oracle, ClosedReal value, int[] bits, Random? random = null)
    {
        long asked = 0;
        OracleP3109.Value exact = value.Kind switch
        {
            NumberKind.NaN => OracleP3109.Value.NaN,
            NumberKind.Infinity => value.Finite.Negative ? OracleP3109.Value.NegativeInfinity : OracleP3109.Value.PositiveInfinity,
            _ => new(P3109FormatTests.FractionOf(value.Finite.Numerator) / new OracleP3109.Fraction(value.Finite.Divisor)),
        };
        foreach (P3109Saturation saturation in Enum.GetValues<P3109Saturation>())
        {
            foreach (RoundingMode mode in P3109Projection.DeterministicModes)
            {
                Check(new(mode, saturation), 0);
            }

            foreach (int n in bits)
            {
                foreach (StochasticVariant variant in new[] { StochasticVariant.A, StochasticVariant.B, StochasticVariant.C })
                {
                    for (uint i = 0; i < (random is null ? 1u << n : 1); i++)
                    {
                        Check(new(RoundingMode.Stochastic(n, variant), saturation), random is null ? i : (uint)random.NextInt64(1L << n));
                    }
                }
            }
        }

        return asked;

        void Check(P3109Projection projection, uint r)
        {
            asked++;
            uint code = Projection.Project(format, projection, value, r);
            uint other = oracle.Project(exact, projection.RoundingName.Split(':')[0], projection.Rounding.RandomBits, (BigInteger)r,
                projection.Saturation.ToString());
            Assert.True(code == other, $"{format} {projection} R = {r}, {exact.Number}: {code:x}, the oracle {other:x}");
        }
    }
}
