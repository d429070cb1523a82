using System.Globalization;
using System.Numerics;
using Mxact.Common;
using Mxact.Simulator.Exact;
using Mxact.Simulator.P3109;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests.P3109;

/// <summary>The formats of the P3109 draft: names, special codes, extremes, and every value of K = 3 to 8.</summary>
public sealed class P3109FormatTests
{
    [Fact]
    public void The_family_has_every_format_of_3_to_15_bits_and_each_is_found_by_its_name()
    {
        Assert.Equal(120, P3109Format.All.Count(format => format.Bits <= 8));
        Assert.Equal(Enumerable.Range(3, 13).Sum(k => 2 * (2 * k - 1)), P3109Format.All.Length);
        Assert.All(P3109Format.All.Concat(P3109Format.External), format =>
        {
            Assert.Equal(format, P3109Format.Parse(format.Name));
            Assert.Equal(format, P3109Format.Parse(format.Name.ToUpperInvariant()));
        });
    }

    [Theory]
    [InlineData("Binary8p4s")]
    [InlineData("Binary8p4")]
    [InlineData("Binary08p4se")]
    [InlineData("Binary8p8se")]
    [InlineData("Binary8p9uf")]
    [InlineData("Binary8p0uf")]
    [InlineData("Binary2p1uf")]
    [InlineData("Binary16p8se")]
    [InlineData("binary64")]
    [InlineData("")]
    public void What_is_no_format_is_refused(string name)
    {
        Assert.False(P3109Format.TryParse(name, out _));
        Assert.Contains("Binary8p4se", Assert.Throws<ArgumentException>(() => P3109Format.Parse(name)).Message, StringComparison.Ordinal);
    }

    // Values stated in the draft, and those derived from it beforehand.
    [Theory]
    [InlineData("Binary8p4se", "7e", 224, 0, "01", -10)]
    [InlineData("Binary8p3se", "7e", 49152, 0, "01", -17)]
    [InlineData("Binary4p2sf", "07", 3, 0, "01", -2)]
    [InlineData("Binary8p1uf", "fe", 1, 126, "01", -127)]
    [InlineData("Binary8p4sf", "7f", 240, 0, "01", -10)]
    [InlineData("Binary4p2ue", "0d", 6, 0, "01", -4)]
    [InlineData("Binary8p1se", "7e", 1, 62, "01", -63)]
    [InlineData("Binary3p3ue", "05", 5, -2, "01", -2)]
    public void Extremes_are_those_of_the_draft(string name, string max, int significand, int exponent, string least, int leastExponent)
    {
        P3109Format format = P3109Format.Parse(name);
        Assert.Equal(max, format.MaxFinite.ToString("x2", CultureInfo.InvariantCulture));
        Assert.Equal(0, Dyadic.CompareMagnitude(new(false, significand, exponent), Codec.Decode(format, format.MaxFinite).Finite));
        uint leastCode = uint.Parse(least, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        Assert.Equal(0, Dyadic.CompareMagnitude(Dyadic.PowerOfTwo(leastExponent), Codec.Decode(format, leastCode).Finite));
    }

    /// <summary>
    /// Max finite is (2 - j 2^(1-P)) 2^(B-1), j being 1 for sf, 2 for se and uf, 3 for ue, but 2^(B-j) where P = 1, and 1.5 2^(B-2) for
    /// ue with P = 2; 1 is at 2^(K-2), unsigned at 2^(K-1); NaN is at 2^(K-1), unsigned at 2^K - 1.
    /// </summary>
    [Fact]
    public void Closed_forms_hold_for_every_format()
    {
        foreach (P3109Format format in P3109Format.All)
        {
            (int k, int p, int b) = (format.Bits, format.Precision, format.Bias);
            int j = (format.IsSigned, format.IsExtended) switch { (true, false) => 1, (false, true) => 3, _ => 2 };
            Dyadic max = p == 1 ? Dyadic.PowerOfTwo(b - j)
                : j == 3 && p == 2 ? new(false, 3, b - 3)
                : new(false, (1 << p) - j, b - p);
            Assert.Equal(0, Dyadic.CompareMagnitude(max, Codec.Decode(format, format.MaxFinite).Finite));
            uint one = 1u << (format.IsSigned ? k - 2 : k - 1);
            Assert.Equal(0, Dyadic.CompareMagnitude(Dyadic.PowerOfTwo(0), Codec.Decode(format, one).Finite));
            Assert.Equal(0, Dyadic.CompareMagnitude(Dyadic.PowerOfTwo(1 - b), Codec.Decode(format, format.MinNormal).Finite));
            Assert.True(Codec.Decode(format, format.IsSigned ? 1u << (k - 1) : (1u << k) - 1).IsNaN);
            Assert.Equal(p == 1, Codec.Decode(format, format.MaxSubnormal).IsNaN);
        }
    }

    [Fact]
    public void Every_code_of_up_to_12_bits_decodes_as_the_second_oracle_has_it_and_encodes_back()
    {
        long codes = 0;
        Parallel.ForEach(P3109Format.All.Where(format => format.Bits <= 12), format =>
        {
            OracleP3109 oracle = Oracle(format);
            for (uint code = 0; code <= format.CodeMask; code++)
            {
                Number value = Codec.Decode(format, code);
                Assert.True(Same(value, oracle.Table[(int)code]), $"{format} {code:x}: {value}");
                Assert.Equal(code, Projection.Project(format, P3109Projection.Required, value));
                Interlocked.Increment(ref codes);
            }
        });
        Assert.Equal(Enumerable.Range(3, 10).Sum(k => 2L * (2 * k - 1) << k), codes);
    }

    [Fact]
    public void Every_value_is_that_of_the_published_tables()
    {
        int rows = 0;
        foreach (IDictionary<string, string> row in GroundTruth.Rows("p3109", "values.csv.gz"))
        {
            P3109Format format = P3109Format.Parse(row["format"]);
            string code = row["code_hex"];
            Number value = Codec.Decode(format, uint.Parse(code.StartsWith("0x", StringComparison.Ordinal) ? code[2..] : code,
                NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            Assert.True(Same(value, Published(row["value"])), $"{format} {code}: {value}, published {row["value"]}");
            rows++;
        }

        Assert.Equal(13_296, rows);
    }

    internal static OracleP3109 Oracle(P3109Format format)
        => new(format.Bits, format.Precision, format.IsSigned, format.IsExtended);

    internal static bool Same(Number value, OracleP3109.Value other) => value.Kind switch
    {
        NumberKind.NaN => other.IsNaN,
        NumberKind.Infinity => other == (value.Negative ? OracleP3109.Value.NegativeInfinity : OracleP3109.Value.PositiveInfinity),
        _ => other == new OracleP3109.Value(FractionOf(value.Finite)) && !(value.Finite.IsZero && value.Negative),
    };

    internal static OracleP3109.Fraction FractionOf(Dyadic value)
        => new OracleP3109.Fraction(value.Negative ? -value.Significand : value.Significand)
            * OracleP3109.Fraction.PowerOfTwo(value.Exponent);

    /// <summary>Reads C's hexadecimal form, such as -0x1.8p-3.</summary>
    private static OracleP3109.Value Published(string text)
    {
        switch (text)
        {
            case "NaN":
                return OracleP3109.Value.NaN;
            case "Inf":
                return OracleP3109.Value.PositiveInfinity;
            case "-Inf":
                return OracleP3109.Value.NegativeInfinity;
        }

        bool negative = text.StartsWith('-');
        string[] parts = text[(negative ? 3 : 2)..].Split('p');
        string[] digits = parts[0].Split('.');
        string fraction = digits.Length > 1 ? digits[1] : "";
        BigInteger significand = BigInteger.Parse("0" + digits[0] + fraction, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        int exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - 4 * fraction.Length;
        return new(new OracleP3109.Fraction(negative ? -significand : significand) * OracleP3109.Fraction.PowerOfTwo(exponent));
    }
}
