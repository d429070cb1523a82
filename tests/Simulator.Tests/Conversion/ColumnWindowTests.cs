using Mxact.Simulator.Conversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>
/// Columns of every magnitude: kernels convert a tile of them at once where all their maxima are inside a window of exponents, which differs from mode to
/// mode. Tiles of one magnitude around the windows' ends, and tiles in which a single column has another.
/// </summary>
public sealed class ColumnWindowTests
{
    private const int K = MxFormats.BlockSize;
    private const int Width = 64;
    private const ulong Seed = 3;

    /// <summary>Around the ends of the windows: 40 and 200, and 80 for stochastic modes, whose random bits reach 32 binades below a quantum.</summary>
    private static readonly int[] Exponents =
    [
        .. Enumerable.Range(0, 12), .. Enumerable.Range(36, 16), .. Enumerable.Range(76, 8), 127, .. Enumerable.Range(196, 8),
        .. Enumerable.Range(242, 13),
    ];

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
            Assert.True(at == codes.Length, $"{backend} {name} {mode}: column {at % columns} of magnitude {Exponents[at % columns / Width / 2]}");
        }
    }
}
