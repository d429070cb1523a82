using System.Numerics;
using Mxact.Simulator.Conversion;
using ReferenceConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>
/// Columns of every magnitude: kernels convert a tile of them at once where all their maxima are inside a window of exponents, which
/// differs from mode to mode. Tiles of one magnitude around the windows' ends, and tiles in which a single column has another.
/// </summary>
public sealed class ColumnWindowTests
{
    private const int K = MxFormats.BlockSize;
    private const int Width = 64;
    private const ulong Seed = 3;

    /// <summary>
    /// Around the ends of the windows: 40 and 200, and 80 for stochastic modes, whose random bits reach 32 binades below a quantum.
    /// </summary>
    private static readonly int[] Exponents =
    [
        .. Enumerable.Range(0, 12), .. Enumerable.Range(36, 16), .. Enumerable.Range(76, 8), 127, .. Enumerable.Range(196, 8),
        .. Enumerable.Range(242, 13),
    ];

    /// <summary>Random bits that just carry, and one short of it: what a unit below binary32's normal range would lose.</summary>
    [Theory]
    [InlineData("mxfp8-e4m3", 32)]
    [InlineData("mxfp8-e5m2", 32)]
    [InlineData("mxfp4", 32)]
    [InlineData("mxfp4", 24)]
    public void Random_bits_at_the_carry(string name, int bits)
    {
        BlockFormat format = MxFormats.Find(name)!;
        ConversionPolicy policy = Policies.Parse($"rounding=stochastic:{bits}");
        int columns = Exponents.Length * Width;
        uint[] matrix = Inputs.AnyBits(columns * K, 29);
        uint[] random = new uint[matrix.Length];
        byte[] scales = new byte[columns];
        byte[] codes = new byte[matrix.Length];
        uint[] block = new uint[K], own = new uint[K], ofBlock = new uint[K];
        for (int column = 0; column < columns; column++)
        {
            int exponent = Exponents[column / Width];
            for (int i = 0; i < K; i++)
            {
                int field = i == 0 ? exponent : Math.Max(0, exponent - (int)((matrix[(i * columns) + column] >> 23) % 9));
                block[i] = (matrix[(i * columns) + column] & 0x807FFFFF) | ((uint)field << 23);
            }

            byte scale = ReferenceConversion.Quantize(format, ElementFormats.Binary32, block, policy, ofBlock, own);
            for (int i = 0; i < K; i++)
            {
                // The residue's own complement carries, one less does not.
                own[i] = ((uint)-Residue(block[i], scale, format.Element, bits) - (uint)(i % 2)) & (uint.MaxValue >> (32 - bits));
            }

            scales[column] = ReferenceConversion.Quantize(format, ElementFormats.Binary32, block, policy, ofBlock, own);
            for (int i = 0; i < K; i++)
            {
                (matrix[(i * columns) + column], random[(i * columns) + column]) = (block[i], own[i]);
                codes[(i * columns) + column] = (byte)ofBlock[i];
            }
        }

        foreach (Backend backend in Backends.OfProcessor)
        {
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            BlockConverter.Create(new(format, policy) { Execution = new(backend), Axis = BlockAxis.AlongColumns })
                .Quantize(matrix, K, columns, gotScales, gotCodes, random);
            Assert.True(scales.AsSpan().SequenceEqual(gotScales), $"{backend} {name}: scales");
            int at = codes.AsSpan().CommonPrefixLength(gotCodes);
            Assert.True(at == codes.Length, $"{backend} {name}: column {at % columns} of magnitude {Exponents[at % columns / Width]}");
        }
    }

    public static TheoryData<string, string> Cases() =>
    [
        .. from format in (string[])["mxfp8-e4m3", "mxfp8-e5m2", "mxfp4", "mxint8"]
           from mode in (string[])["ties-to-even", "toward-negative", "stochastic:5", "stochastic:16", "stochastic:32", "stochastic-b:32"]
           select (format, mode),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tile_of_columns_is_its_columns(string name, string mode)
    {
        BlockFormat format = MxFormats.Find(name)!;
        ConversionPolicy policy = Policies.Parse("rounding=" + mode);
        int columns = Exponents.Length * 2 * Width;
        uint[] matrix = Inputs.AnyBits(columns * K, 21);
        for (int i = 0; i < matrix.Length; i++)
        {
            (int tile, int column) = Math.DivRem(i % columns, Width);
            int magnitude = tile % 2 == 1 && column == tile % Width ? Exponents.Length - 1 - (tile / 2) : tile / 2;
            int field = Math.Max(0, Exponents[magnitude] - (int)((matrix[i] >> 23) % 5));
            matrix[i] = (matrix[i] & 0x807FFFFF) | ((uint)field << 23);
        }

        (byte[] scales, byte[] codes, _) = Matrices.Quantize(
            format, policy, ElementFormats.Binary32, matrix, K, columns, BlockAxis.AlongColumns, Seed);
        foreach (Backend backend in Backends.OfProcessor)
        {
            BlockConverter converter = BlockConverter.Create(
                new(format, policy) { Execution = new(backend), Axis = BlockAxis.AlongColumns });
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            converter.Quantize(matrix, K, columns, gotScales, gotCodes, Seed);
            Assert.True(scales.AsSpan().SequenceEqual(gotScales), $"{backend} {name} {mode}: scales");
            int at = codes.AsSpan().CommonPrefixLength(gotCodes);
            Assert.True(
                at == codes.Length, $"{backend} {name} {mode}: column {at % columns} of magnitude {Exponents[at % columns / Width / 2]}");
        }
    }

    /// <summary>The bits of |V| / X below a quantum of its binade, the first n of them as an integer.</summary>
    private static int Residue(uint value, byte scale, ElementFormat element, int n)
    {
        int field = Math.Max((int)((value >> 23) & 0xFF), 1);
        ulong significand = (value & 0x7FFFFF) | ((value & 0x7F800000) == 0 ? 0 : 0x800000u);

        // |V| / X is the significand times 2^unit.
        int unit = field - 150 - (scale - ScaleFormat.E8M0Bias);
        int binade = Math.Max(significand == 0 ? element.EMin : BitOperations.Log2(significand) + unit, element.EMin);
        int below = binade - element.MantissaBits - unit;
        UInt128 residue = below <= 0 ? 0 : significand & ((UInt128.One << below) - 1);
        return (int)(uint)(below <= n ? residue << (n - Math.Max(below, 0)) : residue >> (below - n));
    }
}
