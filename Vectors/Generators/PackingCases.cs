using System.Globalization;
using Mxact.Vectors.Answers;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of packing and unpacking: asymmetric contents, so that no wrong order can hide.</summary>
internal static class PackingCases
{
    public static IEnumerable<Case> All()
    {
        foreach ((string layout, uint mask, int most) in new[] { ("nibbles", 0xFu, 40), ("fp6", 0x3Fu, 40) })
        {
            for (int length = 1; length <= most; length++)
            {
                SplitMix random = SplitMix.For(string.Create(CultureInfo.InvariantCulture, $"pack {layout} {length}"));
                uint[] codes =
                [
                    .. Enumerable.Range(0, length).Select(i => length % 3 == 0 ? (uint)random.Next() & mask : (uint)(i + length) & mask),
                ];
                foreach (Case c in Both(layout, "", codes, length <= 8))
                {
                    yield return c;
                }
            }
        }

        (int Rows, int Columns)[] shapes =
        [
            (1, 1), (1, 4), (1, 5), (2, 3), (16, 4), (17, 5), (31, 7), (32, 8),
            (33, 4), (33, 9), (64, 4), (100, 3), (128, 4), (129, 4), (128, 5), (130, 6),
        ];
        foreach ((int rows, int columns) in shapes)
        {
            uint[] scales = [.. Enumerable.Range(0, rows * columns).Select(i => (uint)((i * 37) + (i / columns)) & 0xFF)];
            string shape = $"{HexWords.Write((uint)rows, 4)} {HexWords.Write((uint)columns, 4)} ";
            foreach (string layout in new[] { "scale-tiles-nvidia", "scale-tiles-amd" })
            {
                foreach (Case c in Both(layout, shape, scales, rows <= 33))
                {
                    yield return c;
                }
            }
        }

        foreach ((string layout, int scaleCount, int codeCount) in new[] { ("gguf-mxfp4", 1, 32), ("gguf-nvfp4", 4, 64) })
        {
            for (int i = 0; i < 16; i++)
            {
                SplitMix random = SplitMix.For(string.Create(CultureInfo.InvariantCulture, $"pack {layout} {i}"));
                uint[] items =
                [
                    .. Enumerable.Range(0, scaleCount).Select(_ => (uint)random.Next() & 0xFF),
                    .. Enumerable.Range(0, codeCount).Select(j => i == 0 ? (uint)j & 0xF : (uint)random.Next() & 0xF),
                ];
                foreach (Case c in Both(layout, "", items, i < 4))
                {
                    yield return c;
                }
            }
        }
    }

    private static IEnumerable<Case> Both(string layout, string shape, uint[] items, bool isSmoke)
    {
        string codes = HexWords.Write(items, 2);
        yield return new(Operation.Pack, layout, "", shape + codes, Clauses.Block, "layout", isSmoke);

        // What unpacking reads is what packing wrote; whole bytes may hold more codes than were packed.
        string bytes = Answerer.For(Question.Of(Operation.Pack, [layout], [])).Answer(shape + codes);
        yield return new(Operation.Unpack, layout, "", shape + bytes, Clauses.Block, "layout", isSmoke);
    }
}
