using System.Globalization;

namespace Mxact.Tests.Oracle;

/// <summary>Layouts of codes and scales in memory. Padding is zero when packing and not looked at when unpacking.</summary>
public static class OraclePacking
{
    /// <summary>Two four-bit codes a byte, the first in the low half.</summary>
    public static byte[] PackNibbles(uint[] codes) => Pack(codes, 4);

    /// <summary>The first <paramref name="count"/> codes of <see cref="PackNibbles"/>.</summary>
    public static uint[] UnpackNibbles(byte[] bytes, int count) => Unpack(bytes, 4, count);

    /// <summary>Six-bit codes without gaps: code i is bits 6i to 6i + 5, the lowest bit of the first byte being bit 0.</summary>
    public static byte[] PackFp6(uint[] codes) => Pack(codes, 6);

    /// <summary>The first <paramref name="count"/> codes of <see cref="PackFp6"/>.</summary>
    public static uint[] UnpackFp6(byte[] bytes, int count) => Unpack(bytes, 6, count);

    /// <summary>Scales given row by row, in the 128 by 4 tiles of cuBLAS and CUTLASS.</summary>
    public static byte[] PackNvidiaScales(byte[] scales, int rows, int scalesPerRow) =>
        Tile(scales, rows, scalesPerRow, ScaleTiles.Nvidia(rows, scalesPerRow));

    /// <summary>The scales of <see cref="PackNvidiaScales"/>, row by row.</summary>
    public static byte[] UnpackNvidiaScales(byte[] tiles, int rows, int scalesPerRow) =>
        Untile(tiles, rows, scalesPerRow, ScaleTiles.Nvidia(rows, scalesPerRow));

    /// <summary>Scales given row by row, in the 32 by 8 tiles of AMD's gfx950.</summary>
    public static byte[] PackGfx950Scales(byte[] scales, int rows, int scalesPerRow) =>
        Tile(scales, rows, scalesPerRow, ScaleTiles.Gfx950(rows, scalesPerRow));

    /// <summary>The scales of <see cref="PackGfx950Scales"/>, row by row.</summary>
    public static byte[] UnpackGfx950Scales(byte[] tiles, int rows, int scalesPerRow) =>
        Untile(tiles, rows, scalesPerRow, ScaleTiles.Gfx950(rows, scalesPerRow));

    /// <summary>
    /// GGUF blocks <c>block_mxfp4</c>, 17 bytes for 32 codes: the E8M0 scale, then 16 bytes of which the low halves are
    /// the first 16 codes and the high halves the others.
    /// </summary>
    public static byte[] PackGgufMxfp4(byte[] scales, uint[] codes)
    {
        RequireLength(codes.Length, 32 * scales.Length, nameof(codes));
        return Convert.FromHexString(string.Concat(scales.Zip(
            codes.Chunk(32), (scale, block) => Hex([scale]) + HalvesToHex(block))));
    }

    /// <summary>The scales and codes of <see cref="PackGgufMxfp4"/>.</summary>
    public static (byte[] Scales, uint[] Codes) UnpackGgufMxfp4(byte[] bytes)
    {
        var blocks = Blocks(bytes, 17);
        return (
            blocks.Select(block => block[0]).ToArray(),
            blocks.SelectMany(block => HalvesFromHex(Hex(block[1..]))).ToArray());
    }

    /// <summary>
    /// GGUF blocks <c>block_nvfp4</c>, 36 bytes for 64 codes in four parts of 16: the four UE4M3 scales, then 8 bytes for
    /// each part, of which the low halves are its first 8 codes and the high halves the others.
    /// </summary>
    public static byte[] PackGgufNvfp4(byte[] scales, uint[] codes)
    {
        RequireLength(codes.Length, 16 * scales.Length, nameof(codes));
        RequireLength(scales.Length % 4, 0, nameof(scales));
        return Convert.FromHexString(string.Concat(scales.Chunk(4).Zip(
            codes.Chunk(64), (four, block) => Hex(four) + string.Concat(block.Chunk(16).Select(HalvesToHex)))));
    }

    /// <summary>The scales and codes of <see cref="PackGgufNvfp4"/>.</summary>
    public static (byte[] Scales, uint[] Codes) UnpackGgufNvfp4(byte[] bytes)
    {
        var blocks = Blocks(bytes, 36);
        return (
            blocks.SelectMany(block => block[..4]).ToArray(),
            blocks.SelectMany(block => block[4..].Chunk(8)).SelectMany(part => HalvesFromHex(Hex(part))).ToArray());
    }

    private static byte[] Pack(uint[] codes, int width) =>
        BitString.Items(BitString.Of(codes, width), 8).Select(item => (byte)item).ToArray();

    private static uint[] Unpack(byte[] bytes, int width, int count)
    {
        var bits = BitString.Of(bytes.Select(item => (uint)item), 8);
        return BitString.Items(bits[..(width * count)], width);
    }

    private static byte[] Tile(
        byte[] scales, int rows, int scalesPerRow, IEnumerable<(int Row, int K)> order)
    {
        RequireLength(scales.Length, rows * scalesPerRow, nameof(scales));
        return order
            .Select(at => at.Row < rows && at.K < scalesPerRow ? scales[(at.Row * scalesPerRow) + at.K] : (byte)0)
            .ToArray();
    }

    private static byte[] Untile(byte[] tiles, int rows, int scalesPerRow, IEnumerable<(int Row, int K)> order)
    {
        var places = order.ToArray();
        RequireLength(tiles.Length, places.Length, nameof(tiles));
        return places
            .Zip(tiles, (at, scale) => (at.Row, at.K, Scale: scale))
            .Where(place => place.Row < rows && place.K < scalesPerRow)
            .OrderBy(place => place.Row)
            .ThenBy(place => place.K)
            .Select(place => place.Scale)
            .ToArray();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    /// <summary>The codes of the first half as second digits of the bytes, those of the second half as first digits.</summary>
    private static string HalvesToHex(uint[] codes)
    {
        var half = codes.Length / 2;
        return string.Concat(codes[half..].Zip(codes[..half], (high, low) => Digit(high) + Digit(low)));
    }

    private static uint[] HalvesFromHex(string hex) =>
        hex.Where((_, i) => i % 2 == 1).Concat(hex.Where((_, i) => i % 2 == 0))
            .Select(digit => Convert.ToUInt32(digit.ToString(), 16))
            .ToArray();

    private static string Digit(uint code) => code < 16
        ? code.ToString("X", CultureInfo.InvariantCulture)
        : throw new ArgumentException($"{code:x} has more than 4 bits.", nameof(code));

    private static byte[][] Blocks(byte[] bytes, int size)
    {
        RequireLength(bytes.Length % size, 0, nameof(bytes));
        return bytes.Chunk(size).ToArray();
    }

    private static void RequireLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The length {actual} should be {expected}.", name);
        }
    }
}
