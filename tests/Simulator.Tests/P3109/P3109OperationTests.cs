using System.Globalization;
using Mxact.Tests.Oracle;
using Value = Mxact.Tests.Oracle.OracleP3109.Value;

namespace Mxact.Simulator.Tests.P3109;

/// <summary>The operations of the P3109 draft against a second writing of them: scalar ones on all operands, blocks on a sample.</summary>
public sealed class P3109OperationTests
{
    private static readonly string[] Saturations = ["SatFinite", "SatPropagate", "SatNone"];

    public static TheoryData<string> Unary() => ["Convert", "Recip", "Negate", "Abs"];

    public static TheoryData<string> Binary() =>
    [
        "Add", "Subtract", "Multiply", "Divide", "Minimum", "Maximum", "MinimumNumber", "MaximumNumber", "MinimumMagnitude",
        "MaximumMagnitude", "MinimumMagnitudeNumber", "MaximumMagnitudeNumber", "MinimumFinite", "MaximumFinite",
    ];

    /// <summary>Every operand of every format of up to six bits, and of the three named formats of eight and nine.</summary>
    [Theory]
    [MemberData(nameof(Unary))]
    public void Unary_operations_agree(string name)
    {
        P3109Format[] results = [Of("Binary8p4se"), Of("Binary5p3uf"), Of("Binary4p1ue")];
        foreach (P3109Format fx in P3109Format.All.Where(f => f.Bits <= 6).Append(Of("Binary8p3se")).Append(Of("Binary9p6uf")))
        {
            OracleP3109 x = Oracle(fx);
            foreach (P3109Format fr in results)
            {
                OracleP3109 r = Oracle(fr);
                foreach (string saturation in Saturations)
                {
                    P3109Operation operation = P3109Operation.Parse($"{name}<{fx},{fr},(TowardNegative,{saturation})>");
                    for (uint code = 0; code <= fx.CodeMask; code++)
                    {
                        Value exact = OracleP3109Operations.Exact(name, x.Table[(int)code]);
                        Agree(operation, [code], r.Project(exact, "TowardNegative", 0, 0, saturation));
                    }
                }
            }
        }
    }

    /// <summary>All 65,536 pairs of two formats of eight bits under the required projection, all of narrow ones under others.</summary>
    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_agree(string name)
    {
        AgreeOnAll(name, Of("Binary8p4se"), Of("Binary8p3se"), Of("Binary8p3se"), "NearestTiesToEven", "SatNone");
        AgreeOnAll(name, Of("Binary5p2ue"), Of("Binary4p2sf"), Of("Binary6p3ue"), "ToOdd", "SatPropagate");
        AgreeOnAll(name, Of("Binary4p3sf"), Of("Binary5p1se"), Of("Binary5p2sf"), "NearestTiesToAway", "SatFinite");
    }

    [Theory]
    [InlineData("FMA")]
    [InlineData("FAA")]
    public void Ternary_operations_agree(string name)
    {
        (P3109Format fx, P3109Format fy) = (Of("Binary5p3se"), Of("Binary4p2sf"));
        (P3109Format fz, P3109Format fr) = (Of("Binary5p2ue"), Of("Binary6p3se"));
        (OracleP3109 x, OracleP3109 y, OracleP3109 z, OracleP3109 r) = (Oracle(fx), Oracle(fy), Oracle(fz), Oracle(fr));
        P3109Operation operation = P3109Operation.Parse($"{name}<{fx},{fy},{fz},{fr},(NearestTiesToEven,SatNone)>");
        foreach (uint[] codes in from a in Codes(fx) from b in Codes(fy) from c in Codes(fz) select new[] { a, b, c })
        {
            Value exact = OracleP3109Operations.Exact(name, x.Table[(int)codes[0]], y.Table[(int)codes[1]], z.Table[(int)codes[2]]);
            Agree(operation, codes, r.Project(exact, "NearestTiesToEven", 0, 0, "SatNone"));
        }
    }

    [Theory]
    [InlineData("CompareLess")]
    [InlineData("CompareLessEqual")]
    [InlineData("CompareEqual")]
    [InlineData("CompareGreaterEqual")]
    [InlineData("CompareGreater")]
    public void Comparisons_agree(string name)
    {
        (P3109Format fx, P3109Format fy) = (Of("Binary6p3se"), Of("Binary7p4ue"));
        (OracleP3109 x, OracleP3109 y) = (Oracle(fx), Oracle(fy));
        P3109Operation operation = P3109Operation.Parse($"{name}<{fx},{fy}>");
        foreach (uint[] codes in from a in Codes(fx) from b in Codes(fy) select new[] { a, b })
        {
            Agree(operation, codes, OracleP3109Operations.Compare(name, x.Table[(int)codes[0]], y.Table[(int)codes[1]]) ? 1u : 0);
        }
    }

    [Theory]
    [InlineData("IsZero")]
    [InlineData("IsOne")]
    [InlineData("IsNaN")]
    [InlineData("IsSignMinus")]
    [InlineData("IsFinite")]
    [InlineData("IsInfinite")]
    [InlineData("IsNormal")]
    [InlineData("IsSubnormal")]
    public void Predicates_agree(string name)
    {
        foreach (P3109Format f in P3109Format.All.Where(f => f.Bits <= 8))
        {
            OracleP3109 oracle = Oracle(f);
            P3109Operation operation = P3109Operation.Parse($"{name}<{f}>");
            OracleP3109.Fraction leastNormal = OracleP3109.Fraction.PowerOfTwo(1 - f.Bias);
            Assert.All(Codes(f), code
                => Agree(operation, [code], OracleP3109Operations.Is(name, oracle.Table[(int)code], leastNormal) ? 1u : 0));
        }
    }

    [Fact]
    public void Next_operations_agree()
    {
        foreach (P3109Format f in P3109Format.All.Where(f => f.Bits <= 6))
        {
            OracleP3109 oracle = Oracle(f);
            foreach (bool greater in new[] { false, true })
            {
                P3109Operation operation = P3109Operation.Parse($"{(greater ? "NextGreaterThan" : "NextLessThan")}<{f}>");
                foreach (uint code in Codes(f))
                {
                    Value next = OracleP3109Operations.Next(oracle.Table, oracle.Table[(int)code], greater);
                    Agree(operation, [code], (uint)oracle.Table.ToList().IndexOf(next));
                }
            }
        }
    }

    [Theory]
    [InlineData("BitwidthOf<Binary8p4se>", 8)]
    [InlineData("PrecisionOf<Binary8p4se>", 4)]
    [InlineData("SignednessOf<Binary8p4uf>", 0)]
    [InlineData("DomainOf<Binary8p4se>", 1)]
    [InlineData("ExponentBitwidthOf<Binary8p4uf>", 5)]
    [InlineData("TrailingSignificandBitwidthOf<Binary8p4se>", 3)]
    [InlineData("ExponentBiasOf<Binary15p1uf>", 1 << 14)]
    [InlineData("MaxFiniteOf<Binary8p4se>", 0x7E)]
    [InlineData("MinFiniteOf<Binary8p4se>", 0xFE)]
    [InlineData("MinFiniteOf<Binary8p4ue>", 0)]
    [InlineData("MinPositiveOf<Binary8p4se>", 1)]
    [InlineData("MaxSubnormalOf<Binary8p4se>", 7)]
    [InlineData("MaxSubnormalOf<Binary8p1uf>", 0xFF)]
    [InlineData("MinNormalOf<Binary8p4se>", 8)]
    [InlineData("MaxFiniteOf<binary32>", 0x7F7FFFFF)]
    public void Format_queries_answer(string name, uint answer) => Assert.Equal([answer], P3109Operation.Parse(name).Compute([]));

    [Theory]
    [InlineData("ScaledAdd")]
    [InlineData("ScaledSubtract")]
    [InlineData("ScaledMultiply")]
    public void Scaled_operations_agree(string name)
    {
        (P3109Format fs, P3109Format fx, P3109Format fr) = (Of("Binary8p1uf"), Of("Binary8p4se"), Of("Binary8p3se"));
        (OracleP3109 s, OracleP3109 x, OracleP3109 r) = (Oracle(fs), Oracle(fx), Oracle(fr));
        P3109Operation operation = P3109Operation.Parse($"{name}<{fs},{fx},{fs},{fx},{fr},(NearestTiesToEven,SatNone)>");
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            // Scales near 1 most of the time: far apart, the lesser term matters little.
            uint[] codes = [Scale(), (uint)random.Next(256), Scale(), (uint)random.Next(256)];
            Value exact = OracleP3109Operations.Exact(name, s.Table[(int)codes[0]], x.Table[(int)codes[1]], s.Table[(int)codes[2]],
                x.Table[(int)codes[3]]);
            Agree(operation, codes, r.Project(exact, "NearestTiesToEven", 0, 0, "SatNone"));
        }

        uint Scale() => (uint)(random.Next(8) == 0 ? random.Next(256) : random.Next(120, 137));
    }

    /// <summary>All blocks of two elements of a format of four bits, under all scales of one of three.</summary>
    [Theory]
    [InlineData("(NearestTiesToEven,SatNone)")]
    [InlineData("(TowardPositive,SatFinite)")]
    [InlineData("(ToOdd,SatPropagate)")]
    public void Block_operations_agree_on_all_blocks_of_narrow_formats(string projection)
    {
        (P3109Format fs, P3109Format fx, P3109Format fr) = (Of("Binary3p1se"), Of("Binary4p2se"), Of("Binary5p3se"));
        (OracleP3109 s, OracleP3109 x, OracleP3109 r) = (Oracle(fs), Oracle(fx), Oracle(fr));
        string[] by = projection[1..^1].Split(',');
        P3109Operation to = P3109Operation.Parse($"ConvertToBlock<2,{fx},{fs},{fr},{projection}>");
        P3109Operation largest = P3109Operation.Parse($"ConvertToBlockMaxAbsFinite<2,{fx},{fs},{fr},(TowardZero,SatFinite),{projection}>");
        P3109Operation back = P3109Operation.Parse($"ConvertFromBlock<2,{fs},{fx},{fr},{projection}>");
        P3109Operation sum = P3109Operation.Parse($"BlockReduceAdd<2,{fs},{fx},{fr},{projection}>");
        P3109Operation dot = P3109Operation.Parse($"BlockDotProduct<2,{fs},{fx},{fs},{fx},{fr},{projection}>");
        uint Code(Value value) => r.Project(value, by[0], 0, 0, by[1]);
        foreach (uint[] pair in from a in Codes(fx) from b in Codes(fx) select new[] { a, b })
        {
            Value[] values = [.. pair.Select(code => x.Table[(int)code])];
            uint own = s.Project(OracleP3109Operations.MaxAbsFinite(values), "TowardZero", 0, 0, "SatFinite");
            Agree(largest, pair, [own, .. values.Select(v => Code(OracleP3109Operations.Element(s.Table[(int)own], v)))]);
            foreach (uint scale in Codes(fs))
            {
                Value factor = s.Table[(int)scale];
                Agree(to, [.. pair, scale], [scale, .. values.Select(v => Code(OracleP3109Operations.Element(factor, v)))]);
                Value[] decoded = [.. values.Select(v => OracleP3109Operations.Exact("Multiply", factor, v))];
                Agree(back, [scale, .. pair], [.. decoded.Select(Code)]);
                Agree(sum, [scale, .. pair], Code(OracleP3109Operations.Exact("Add", decoded)));
                uint[] other = [pair[1], 5];
                Agree(dot, [scale, .. pair, 2, .. other], Code(OracleP3109Operations.Dot(factor, values, s.Table[2],
                    [.. other.Select(code => x.Table[(int)code])])));
            }
        }
    }

    // The edges that the draft's formula decides.
    [Theory]
    [InlineData("ConvertToBlockMaxAbsFinite<2,Binary8p4se,Binary8p1uf,Binary8p4se,(NearestTiesToEven,SatNone),(NearestTiesToEven,SatNone)>",
        "80 80", "ff 80 80")] // all NaN: the scale too
    [InlineData("ConvertToBlockMaxAbsFinite<2,Binary8p4se,Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone),(NearestTiesToEven,SatNone)>",
        "7f ff", "7f 40 c0")] // all infinite: an infinite scale, elements 1 and -1
    [InlineData("ConvertToBlockMaxAbsFinite<2,Binary8p4se,Binary8p1uf,Binary8p4se,(NearestTiesToEven,SatNone),(NearestTiesToEven,SatNone)>",
        "00 7f", "00 00 00")] // a scale of 0: zeros, of an infinity too
    [InlineData("ConvertToBlock<1,Binary8p4se,Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone)>", "00 7f", "7f 00")]
    [InlineData("ConvertFromBlock<1,Binary8p1uf,Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone)>", "00 7f", "80")] // 0 times Inf
    [InlineData("BlockDotProduct<2,Binary8p4se,Binary8p4se,Binary8p4se,Binary8p4se,binary32,(NearestTiesToEven,SatNone)>",
        "40 7e 01 40 01 7e", "3ee00000")] // 2 times 224 2^-10: one rounding in all
    [InlineData("FMA<Binary8p4se,Binary8p4se,binary32,binary32,(NearestTiesToEven,SatNone)>", "7e 7e 80000000", "47440000")] // 50176 + -0
    [InlineData("Convert<binary32,Binary8p4se,(NearestTiesToEven,SatNone)>", "80000000", "00")] // -0 is 0
    [InlineData("Convert<binary32,Binary8p4se,(NearestTiesToEven,SatNone)>", "7f800001", "80")] // any NaN
    [InlineData("Convert<Binary8p4se,binary32,(NearestTiesToEven,SatNone)>", "80", "7fc00000")]
    [InlineData("Convert<Binary8p4se,BFloat16,(NearestTiesToEven,SatNone)>", "ff", "ff80")]
    [InlineData("Convert<Binary8p3se,binary16,(NearestTiesToEven,SatNone)>", "01", "0080")] // 2^-17 is a subnormal of binary16
    [InlineData("Convert<binary32,binary16,(ToOdd,SatNone)>", "47800000", "7c00")] // 65536: infinity, though the largest is odd
    [InlineData("Recip<Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone)>", "00", "80")]
    public void Edges_are_those_of_the_draft(string operation, string operands, string results)
        => Assert.Equal(Words(results), P3109Operation.Parse(operation).Compute(Words(operands)));

    [Fact]
    public void Each_element_has_an_R_of_its_own()
    {
        P3109Operation operation = P3109Operation.Parse(
            "ConvertToBlockMaxAbsFinite<2,Binary8p4se,Binary8p1uf,Binary4p2sf,(StochasticA:3,SatFinite),(StochasticB:4,SatFinite)>");
        Assert.Equal([3, 4, 4], operation.Random);

        // 3 lies halfway between 2 and 4: R = 4 of 8 rounds up, 3 does not.
        Assert.Equal(0x82u, operation.Compute(Words("4c 4c"), [4, 0, 0])[0]);
        Assert.Equal(0x81u, operation.Compute(Words("4c 4c"), [3, 0, 0])[0]);
    }

    [Fact]
    public void A_name_is_read_as_it_is_written()
        => Assert.All(P3109Operation.Forms, form =>
        {
            string name = form.Replace("rhos", "(StochasticC:7,SatFinite)", StringComparison.Ordinal)
                .Replace("rho", "(NearestTiesToEven,SatNone)", StringComparison.Ordinal).Replace("<B,", "<32,", StringComparison.Ordinal);
            name = string.Join('<', name.Split('<')[0], string.Join(',', name.Split('<')[1].Split(',').Select(part
                => part.StartsWith('f') ? "Binary8p4se" + (part.EndsWith('>') ? ">" : "") : part)));
            Assert.Equal(name, P3109Operation.Parse(name).Name);
        });

    [Theory]
    [InlineData("Ad<Binary8p4se>", "did you mean Add?")]
    [InlineData("Add", "Add<fx,fy,fr,rho>")]
    [InlineData("Add<Binary8p4se,Binary8p4se>", "Add<fx,fy,fr,rho>")]
    [InlineData("IsZero<Binary8p4>", "fx: 'Binary8p4' is no format")]
    [InlineData("Convert<Binary8p4se,Binary8p4se,SatNone>", "rho: 'SatNone' is no projection")]
    [InlineData("ConvertFromBlock<0,Binary8p4se,Binary8p4se,Binary8p4se,(ToOdd,SatNone)>", "B: '0' is no block size")]
    [InlineData("ConvertFromBlock<4097,Binary8p4se,Binary8p4se,Binary8p4se,(ToOdd,SatNone)>", "1 to 4096")]
    public void A_bad_name_is_refused_with_what_is_wrong(string name, string says)
        => Assert.Contains(says, Assert.Throws<ArgumentException>(() => P3109Operation.Parse(name)).Message, StringComparison.Ordinal);

    private static P3109Format Of(string name) => P3109Format.Parse(name);

    private static OracleP3109 Oracle(P3109Format format) => P3109FormatTests.Oracle(format);

    private static uint[] Codes(P3109Format format) => [.. Enumerable.Range(0, 1 << format.Bits).Select(code => (uint)code)];

    private static uint[] Words(string text)
        => [.. text.Split(' ').Select(word => uint.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];

    private static void AgreeOnAll(string name, P3109Format fx, P3109Format fy, P3109Format fr, string mode, string saturation)
    {
        (OracleP3109 x, OracleP3109 y, OracleP3109 r) = (Oracle(fx), Oracle(fy), Oracle(fr));
        P3109Operation operation = P3109Operation.Parse($"{name}<{fx},{fy},{fr},({mode},{saturation})>");
        foreach (uint[] codes in from a in Codes(fx) from b in Codes(fy) select new[] { a, b })
        {
            Value exact = OracleP3109Operations.Exact(name, x.Table[(int)codes[0]], y.Table[(int)codes[1]]);
            Agree(operation, codes, r.Project(exact, mode, 0, 0, saturation));
        }
    }

    private static void Agree(P3109Operation operation, uint[] codes, params uint[] expected)
    {
        uint[] results = operation.Compute(codes);
        if (!results.SequenceEqual(expected))
        {
            Assert.Fail($"{operation} {Hex(codes)}: {Hex(results)}, the oracle {Hex(expected)}");
        }
    }

    private static string Hex(uint[] codes) => string.Join(' ', codes.Select(code => code.ToString("x2", CultureInfo.InvariantCulture)));
}
