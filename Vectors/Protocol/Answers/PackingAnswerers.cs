using Mxact.Simulator.Packing;

namespace Mxact.Vectors.Answers;

/// <summary>A byte layout of codes or scales: how many codes, how many bytes, and the way there and back.</summary>
internal sealed record Layout(
    string Name, Func<uint[], uint, uint, byte[]> Pack, Func<byte[], uint, uint, uint[]> Unpack, bool TakesShape = false, int Bits = 8)
{
    /// <summary>Layouts by name. <c>TakesShape</c>: rows and columns precede the operand, each of four digits.</summary>
    public static IReadOnlyList<Layout> All { get; } =
    [
        BitStream("nibbles", bits: 4),
        BitStream("fp6", bits: 6),
        Tiles(ScaleTiles.Nvidia),
        Tiles(ScaleTiles.Amd),
        new(
            "gguf-mxfp4",
            (codes, _, _) => Exactly(
                codes,
                33,
                "one scale and 32 codes",
                () => Packed(GgufBlocks.Mxfp4Bytes, block => GgufBlocks.PackMxfp4((byte)codes[0], codes.AsSpan(1), block))),
            (bytes, _, _) => Exactly(
                bytes, 17, "17 bytes", () => Unpacked(33, codes => codes[0] = GgufBlocks.UnpackMxfp4(bytes, codes[1..])))),
        new(
            "gguf-nvfp4",
            (codes, _, _) => Exactly(
                codes,
                68,
                "four scales and 64 codes",
                () => Packed(
                    GgufBlocks.Nvfp4Bytes,
                    block => GgufBlocks.PackNvfp4(Array.ConvertAll(codes[..4], s => (byte)s), codes.AsSpan(4), block))),
            (bytes, _, _) => Exactly(bytes, 36, "36 bytes", () => UnpackNvfp4(bytes))),
    ];

    public static Layout Find(string name) => All.FirstOrDefault(l => l.Name == name)
        ?? throw new RequestException(
            $"unknown layout '{Question.Shown(name)}'; it is one of {string.Join(", ", All.Select(l => l.Name))}");

    private delegate void Fill<T>(Span<T> destination);

    private static byte[] Packed(int length, Fill<byte> fill)
    {
        byte[] bytes = new byte[length];
        fill(bytes);
        return bytes;
    }

    private static uint[] Unpacked(int length, Fill<uint> fill)
    {
        uint[] codes = new uint[length];
        fill(codes);
        return codes;
    }

    private static TResult Exactly<T, TResult>(T[] operand, int length, string what, Func<TResult> result)
        => operand.Length == length ? result() : throw new RequestException($"the layout takes {what}, not {operand.Length}");

    private static uint[] UnpackNvfp4(byte[] bytes)
    {
        byte[] scales = new byte[4];
        uint[] codes = new uint[64];
        GgufBlocks.UnpackNvfp4(bytes, scales, codes);
        return [.. scales.Select(s => (uint)s), .. codes];
    }

    private static Layout BitStream(string name, int bits) => new(
        name,
        (codes, _, _) => Packed((int)CodePacker.PackedBytes(codes.Length, bits), packed
            => CodePacker.Pack(Array.ConvertAll(codes, c => (byte)c), packed, bits)),
        (bytes, _, _) => Array.ConvertAll(Packed(bytes.Length * 8 / bits, codes => CodePacker.Unpack(bytes, codes, bits)), c => (uint)c),
        Bits: bits);

    private static Layout Tiles(ScaleTiles tiles) => new(
        tiles.Name,
        (codes, rows, columns) => codes.Length != rows * columns
            ? throw new RequestException($"{rows} x {columns} scales are {rows * columns}, not {codes.Length}")
            : Packed(
                tiles.Bytes((int)rows, (int)columns),
                tiled => tiles.Tile(Array.ConvertAll(codes, s => (byte)s), (int)rows, (int)columns, tiled)),
        (bytes, rows, columns) => bytes.Length != tiles.Bytes((int)rows, (int)columns)
            ? throw new RequestException($"{rows} x {columns} scales fill {tiles.Bytes((int)rows, (int)columns)} bytes, not {bytes.Length}")
            : Array.ConvertAll(Packed((int)(rows * columns), matrix => tiles.Untile(bytes, (int)rows, (int)columns, matrix)), s => (uint)s),
        TakesShape: true);
}

/// <summary><c>pack LAYOUT [rows columns] codes</c> -> bytes, both two digits an item.</summary>
internal sealed class PackAnswerer : Answerer
{
    private readonly Layout layout;

    public PackAnswerer(Question question) => layout = Layout.Find(question.Formats[0]);

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint rows = layout.TakesShape ? words.One("the number of rows", 4) : 0;
        uint columns = layout.TakesShape ? words.One("the number of columns", 4) : 0;
        uint[] codes = words.Any("the codes", 2);
        words.End();
        if (codes.Any(code => code >> layout.Bits != 0))
        {
            throw new RequestException(
                $"the code {HexWords.Write(codes.First(code => code >> layout.Bits != 0), 2)} has more than {layout.Bits} bits");
        }

        return HexWords.Write(Array.ConvertAll(layout.Pack(codes, rows, columns), b => (uint)b), 2);
    }
}

/// <summary><c>unpack LAYOUT [rows columns] bytes</c> -> codes, both two digits an item.</summary>
internal sealed class UnpackAnswerer : Answerer
{
    private readonly Layout layout;

    public UnpackAnswerer(Question question) => layout = Layout.Find(question.Formats[0]);

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint rows = layout.TakesShape ? words.One("the number of rows", 4) : 0;
        uint columns = layout.TakesShape ? words.One("the number of columns", 4) : 0;
        byte[] bytes = Array.ConvertAll(words.Any("the bytes", 2), b => (byte)b);
        words.End();
        return HexWords.Write(layout.Unpack(bytes, rows, columns), 2);
    }
}
