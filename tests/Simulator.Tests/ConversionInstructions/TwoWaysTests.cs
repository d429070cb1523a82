namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>Every listed conversion against a second oracle that was written from the manuals' words alone.</summary>
public sealed class TwoWaysTests
{
    private const int Draws = 3000;

    private static readonly uint[] Edges =
    [
        0, 1, 0x007FFFFF, 0x00800000, 0x00400000, 0x00400001, 0x3F800000, 0x3F800001, 0x3FFFFFFF, 0x40A00000, 0x40C00000, 0x40E00000,
        0x40E00001,
        0x41F00000, 0x41F80000, 0x43E00000, 0x43E80000, 0x43E80001, 0x43F00000, 0x47600000, 0x476FFFFF, 0x47700000, 0x477FE000, 0x477FEFFF,
        0x477FF000, 0x47800000, 0x33000000, 0x33000001, 0x37000000, 0x3A800000, 0x3B000000, 0x3E800000, 0x3E800001, 0x7F7F7FFF, 0x7F7F8000,
        0x7F7FEFFF, 0x7F7FF000, 0x7F7FFFFF, 0x7F000000, 0x7F800000, 0x7FC00000, 0x7FFFFFFF, 0x7F800001,
    ];

    private static readonly Dictionary<string, TableOracle> Formats = new()
    {
        ["e4m3"] = new(4, 3, 'n'),
        ["e5m2"] = new(5, 2, 'i'),
        ["e2m3"] = new(2, 3, '-'),
        ["e3m2"] = new(3, 2, '-'),
        ["e2m1"] = new(2, 1, '-'),
        ["f16"] = new(5, 10, 'i'),
        ["bf16"] = new(8, 7, 'i'),
        ["tf32"] = new(8, 10, 'i'),
    };

    public static TheoryData<string> Ptx() => [.. Instructions.All.Where(i => i.Vendor == "nvidia" && IsNarrow(i.Name)).Select(i => i.Name),
        "cvt.rs.satfinite.e2m1x4.f32:bits=8", "cvt.rs.relu.satfinite.e2m1x4.f32:bits=16"];

    [Theory]
    [MemberData(nameof(Ptx))]
    public void Ptx_by_tables_and_distances(string name)
    {
        Instruction instruction = Instructions.Parse(name);
        Random draw = new(7);
        for (int i = 0; i < Draws; i++)
        {
            ulong[] sources = [.. instruction.Sources.Select(source => Drawn(draw, source.Bits))];
            uint? random = instruction.TakesRandomWord ? Random32(draw) : null;
            Assert.Equal((name, i, Expected(name, sources, random ?? 0)), (name, i, instruction.Compute(sources, random)));
        }
    }

    /// <summary>AVX10.2 in the integer arithmetic that its operation is written in, for all binary16 inputs.</summary>
    [Fact]
    public void Avx_by_adding_and_shifting()
    {
        for (uint h = 0; h < 0x10000; h++)
        {
            uint sign = h >> 8 & 0x80, magnitude = h & 0x7FFF;
            bool nan = magnitude > 0x7C00;
            uint nearest = (h + 0x7F + (h >> 8 & 1)) >> 8 & 0xFF;
            Assert.Equal(nan ? h >> 8 | 2 : nearest, Ask("vcvtph2bf8", h));
            Assert.Equal(nan ? h >> 8 | 2 : (nearest & 0x7F) == 0x7C ? sign | 0x7B : nearest, Ask("vcvtph2bf8s", h));
            uint bias = h * 0x9E37 >> 5 & 0xFF;
            uint biased = (h + bias) >> 8 & 0xFF;
            Assert.Equal(nan ? h >> 8 | 2 : (magnitude + bias) >> 8 >= 0x7C ? sign | 0x7C : biased, Ask("vcvtbiasph2bf8", bias, h));

            // HF8: the exponent's bias is 8 less, so what is 15 - 7 = 8 binades below one is subnormal.
            uint e = Math.Max(magnitude >> 10, 1), significand = (magnitude >> 10 > 0 ? 1024u : 0) | (magnitude & 0x3FF);
            int w = e >= 9 ? 7 : 16 - (int)e;
            uint added = e >= 9 ? bias >> 1 : w >= 8 ? bias << (w - 8) : bias >> (8 - w);
            uint kept = (significand + added) >> w;
            uint hf8 = e >= 9 ? ((e - 9) << 3) + kept : kept;
            hf8 = nan ? 0x7F : Math.Min(hf8, 0x7F);
            Assert.Equal((h, sign | hf8), (h, (uint)Ask("vcvtbiasph2hf8", bias, h)));
            Assert.Equal(sign | (nan ? 0x7F : Math.Min(hf8, 0x7E)), Ask("vcvtbiasph2hf8s", bias, h));
        }
    }

    /// <summary>RDNA's stochastic conversions by adding the seed's upper bits to binary32's pattern.</summary>
    [Fact]
    public void Rdna_by_adding_the_seed_to_the_pattern()
    {
        Random draw = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            uint x = Random32(draw), seed = Random32(draw), old = Random32(draw);
            x = (x & 0x8FFFFFFF) | (0x30000000u + (x & 0x18000000));
            foreach ((string name, int mantissa, int bias, uint infinity, uint nan) in new[]
            {
                ("v_cvt_sr_fp8_f32", 3, 7, 0x7Fu, 0xFFu), ("v_cvt_sr_bf8_f32", 2, 15, 0x7Cu, 0xFEu),
            })
            {
                int e = (int)(x >> 23 & 0xFF), cut = 23 - mantissa;
                uint significand = 0x800000 | (x & 0x7FFFFF);
                int least = 128 - bias;
                int shift = Math.Max(0, least - e);
                ulong aligned = shift > 31 ? 0 : significand >> shift;
                uint kept = (uint)((aligned + (seed >> (32 - cut))) >> cut);
                uint code = e < least ? kept : ((uint)(e - least) << mantissa) + kept;
                uint result = e == 255 ? (x & 0x7FFFFF) != 0 ? nan : infinity : code >= infinity ? infinity : code;
                result |= result == nan ? 0 : x >> 24 & 0x80;
                Assert.Equal((x, seed, (old & 0xFFFFFF00) | result), (x, seed, (uint)Instructions.Parse(name).Compute([x, old], seed)));
            }
        }
    }

    [Theory]
    [InlineData("fcvtn.f16", "f16", "e5m2", 'n', false, 0x7Eu, 0x7Cu)]
    [InlineData("fcvtn.f16:f8d=1", "f16", "e4m3", 'n', false, 0x7Fu, 0x7Fu)]
    [InlineData("fcvtn.f16:f8d=1,osc=1", "f16", "e4m3", 'n', true, 0x7Fu, 0x7Fu)]
    [InlineData("bfcvtn:osc=1", "bf16", "e5m2", 'n', true, 0x7Eu, 0x7Cu)]
    [InlineData("bfcvtn:f8d=1,nscale=3", "bf16", "e4m3", 'n', false, 0x7Fu, 0x7Fu, 3)]
    [InlineData("fcvtn.f16:nscale=-9", "f16", "e5m2", 'n', false, 0x7Eu, 0x7Cu, -9)]
    [InlineData("vfncvtbf16.f.f.w", "bf16", "e4m3", 'n', false, 0x7Fu, 0x7Fu)]
    [InlineData("vfncvtbf16.f.f.w:frm=1", "bf16", "e4m3", 'z', false, 0x7Fu, 0x7Fu)]
    [InlineData("vfncvtbf16.f.f.w:altfmt=1,frm=2", "bf16", "e5m2", 'm', false, 0x7Fu, 0x7Cu)]
    [InlineData("vfncvtbf16.sat.f.f.w:frm=3", "bf16", "e4m3", 'p', true, 0x7Fu, 0x7Fu)]
    [InlineData("vfncvtbf16.sat.f.f.w:altfmt=1,frm=4", "bf16", "e5m2", 'a', true, 0x7Fu, 0x7Cu)]
    public void Narrowing_by_tables(string name, string from, string to, char mode, bool saturates, uint nan, uint overflow, int scale = 0)
    {
        for (uint bits = 0; bits < 0x10000; bits++)
        {
            double x = Formats[from].Decode(bits) * Math.Pow(2, scale);
            ulong expected = Formats[to].Encode(x, mode, saturates, nan, overflow);

            // E4M3 has no infinity: what stands for one is the NaN, without a sign.
            expected = expected == (0x80 | nan) && overflow == nan ? nan : expected;
            Assert.Equal((bits, expected), (bits, Instructions.Parse(name).Compute([bits])));
        }
    }

    [Theory]
    [InlineData("vcvthf82ph", "e4m3", "f16", 0, 0)]
    [InlineData("f1cvt", "e5m2", "f16", 0, 0x7E00)]
    [InlineData("f1cvt:f8s1=1,lscale=15", "e4m3", "f16", -15, 0x7E00)]
    [InlineData("bf1cvt:f8s1=1,lscale=63", "e4m3", "bf16", -63, 0x7FC0)]
    [InlineData("vfwcvtbf16.f.f.v", "e4m3", "bf16", 0, 0x7FC0)]
    [InlineData("vfwcvtbf16.f.f.v:altfmt=1", "e5m2", "bf16", 0, 0x7FC0)]
    public void Widening_by_tables(string name, string from, string to, int scale, uint nan)
    {
        for (uint bits = 0; bits < 0x100; bits++)
        {
            uint signedNan = nan != 0 ? nan : 0x7E00 | (bits & 0x80) << 8;
            Assert.Equal((bits, Formats[to].Encode(Formats[from].Decode(bits) * Math.Pow(2, scale), 'n', false, signedNan,
                to == "f16" ? 0x7C00u : 0x7F80u)), (bits, Instructions.Parse(name).Compute([bits])));
        }
    }

    /// <summary>E2M1 to E4M3 is a table of eight.</summary>
    [Fact]
    public void Fp4_is_extended_by_a_table()
    {
        byte[] codes = [0x00, 0x30, 0x38, 0x3C, 0x40, 0x44, 0x48, 0x4C];
        uint Of(uint nibble) => codes[nibble & 7] | (nibble & 8) << 4;
        for (uint pair = 0; pair < 256; pair++)
        {
            Assert.Equal(Of(pair >> 4) << 8 | Of(pair & 15), Ask("vfext.vf2", pair));
        }
    }

    private static ulong Ask(string name, params ulong[] sources) => Instructions.Parse(name).Compute(sources);

    private static bool IsNarrow(string name)
    {
        string[] parts = name.Split('.');
        return parts[^2].Length > 4 || parts[^1].EndsWith("x2", StringComparison.Ordinal) || parts[^2] is "tf32" or "f16" or "bf16";
    }

    private static uint Random32(Random draw) => (uint)draw.NextInt64(1L << 32);

    /// <summary>Edges, values near one, and any bits; halves of a packed register each for themselves.</summary>
    private static ulong Drawn(Random draw, int bits) => bits == 32
        ? draw.Next(4) switch
        {
            0 => Edges[draw.Next(Edges.Length)] | (uint)draw.Next(2) << 31,
            1 => Random32(draw),
            2 => (Random32(draw) & 0x807FFFFF) | (uint)draw.Next(0x75, 0x8A) << 23,
            _ => (uint)(draw.Next(1 << 16) << 16 | draw.Next(1 << 16)),
        }
        : (ulong)draw.NextInt64(1L << bits);

    private static ulong Expected(string name, ulong[] sources, uint random)
    {
        int option = name.IndexOf(":bits", StringComparison.Ordinal);
        string[] parts = (option < 0 ? name : name[..option]).Split('.');
        (string to, string from) = (parts[^2], parts[^1]);
        int lanes = to[^2] == 'x' ? to[^1] - '0' : 1;
        bool packed = from.Length > 2 && from[^2] == 'x';
        ulong result = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            int place = lanes - 1 - lane;
            string source = packed ? from[..^2] : from;
            ulong field = packed ? sources[0] >> (place * Width(source)) : sources[lane];
            double x = Value(source, field & (ulong.MaxValue >> (64 - Width(source))));
            if (parts.Contains("scaled::n2::ue8m0"))
            {
                x *= Value("ue8m0", sources[1] >> (8 * place) & 0xFF);
            }

            string target = lanes > 1 ? to[..^2] : to;
            result = result << Width(target) | Target(target, x, parts, name, random, lane);
        }

        return result;
    }

    private static int Width(string type) => type switch { "f32" or "tf32" => 32, "f16" or "bf16" => 16, "e2m1" => 4, _ => 8 };

    private static double Value(string type, ulong field) => type switch
    {
        "f32" => BitConverter.UInt32BitsToSingle((uint)field),
        "s2f6" => (sbyte)field / 64.0,
        "ue8m0" => field == 255 ? double.NaN : Math.Pow(2, (int)field - 127),
        _ => Formats[type].Decode(type is "e2m3" or "e3m2" ? field & 0x3F : field),
    };

    private static ulong Target(string type, double x, string[] parts, string name, uint word, int lane)
    {
        char mode = parts[1] switch { "rn" => 'n', "rna" => 'a', "rz" => 'z', "rp" => 'p', _ => 's' };
        bool saturates = parts.Contains("satfinite"), relu = parts.Contains("relu");
        if (type == "ue8m0")
        {
            return PowerOf(Math.Abs(x), mode, saturates);
        }

        if (relu && double.IsNegative(x) && !double.IsNaN(x))
        {
            return 0;
        }

        if (type == "s2f6")
        {
            return double.IsNaN(x) ? 0x7Fu : (byte)(sbyte)Math.Clamp(Math.Round(x * 64, MidpointRounding.ToEven), -128, 127);
        }

        (ulong nan, ulong infinity) = type switch
        {
            "e4m3" => (0x7FUL, 0UL),
            "e5m2" => (0x7FUL, 0x7CUL),
            "e2m3" or "e3m2" => (0x1FUL, 0UL),
            "e2m1" => (7UL, 0UL),
            "f16" => (0x7FFFUL, 0x7C00UL),
            "bf16" => (0x7FFFUL, 0x7F80UL),
            _ => (mode != 'a' ? 0x3FFFFUL : saturates ? 0x3FDFFUL : 0x3FE00UL, 0x3FC00UL),
        };
        (int n, uint r) = mode == 's' ? RandomOf(type, name, word, lane) : (0, 0);
        ulong code = Formats[type].Encode(x, mode, saturates, nan, infinity, n, r, rounds: n == 6);
        return type == "tf32" ? code << 13 : code;
    }

    private static ulong PowerOf(double x, char mode, bool saturates)
    {
        if (double.IsNaN(x))
        {
            return 255;
        }

        int code = 0;
        while (code < 255 && Math.Pow(2, code - 127) < x)
        {
            code++;
        }

        // Now 2^(code - 127) is at or above x.
        bool exact = code < 255 && Math.Pow(2, code - 127) == x;
        code = mode == 'z' && !exact ? code - 1 : code;
        code = x < Math.Pow(2, -127) ? 0 : double.IsInfinity(x) ? 255 : code;
        return (ulong)(code >= 255 ? saturates ? 254 : 255 : code);
    }

    /// <summary>As written down from the captures: bit strings, read from either end.</summary>
    private static (int N, uint R) RandomOf(string type, string name, uint word, int lane)
    {
        string bits = Convert.ToString(word, 2).PadLeft(32, '0');
        string field = type switch
        {
            "f16" => bits.Substring(16 * lane + 3, 13),
            "bf16" => bits.Substring(16 * lane, 16),
            "e2m1" => lane < 2 ? bits[..8] + bits[16..24] : bits[8..16] + bits[24..],
            _ => lane < 2 ? bits[..16] : bits[16..],
        };
        if (type is not ("f16" or "bf16") && lane % 2 == 0)
        {
            field = string.Concat(field.Reverse());
        }

        if (type == "e2m1")
        {
            field = field[..(name.EndsWith("=8", StringComparison.Ordinal) ? 8 : name.EndsWith("=16", StringComparison.Ordinal) ? 16 : 6)];
        }

        return (field.Length, Convert.ToUInt32(field, 2));
    }
}
