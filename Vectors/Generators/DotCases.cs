using System.Globalization;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of the exact dot product.</summary>
internal static class DotCases
{
    private static readonly (string A, string B)[] Pairs =
    [
        ("e5m2", "e5m2"), ("e4m3", "e4m3"), ("e4m3", "e5m2"), ("e3m2", "e3m2"), ("e2m3", "e2m3"), ("e2m1", "e2m1"), ("int8", "int8"),
        ("e4m3", "e2m1"), ("nvfp4", "nvfp4"),
    ];

    private static readonly uint[] Addends =
    [
        0, 0x8000_0000, 0x3F80_0000, 0xC120_0000, 0x0000_0001, 0x8080_0000, 0x7F7F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000,
        0x4B80_0000, 0x3300_0000,
    ];

    public static IEnumerable<Case> All()
    {
        foreach ((string nameA, string nameB) in Pairs)
        {
            BlockFormat? block = MxFormats.Find(nameA);
            ElementFormat a = block?.Element ?? Of(nameA);
            ElementFormat b = block?.Element ?? Of(nameB);
            int k = block?.BlockSize ?? MxFormats.BlockSize;
            for (int i = 0; i < 60; i++)
            {
                SplitMix random = SplitMix.For(string.Create(CultureInfo.InvariantCulture, $"dot {nameA} {nameB} {i}"));
                int length = k * (1 + (i % 2));
                bool finite = i % 5 != 4;
                uint[] codesA = [.. Enumerable.Range(0, length).Select(_ => Code(a, random, finite))];
                uint[] codesB = [.. Enumerable.Range(0, length).Select(_ => Code(b, random, finite))];
                uint c = Addends[i % Addends.Length];
                string flags = finite ? "dot" : "dot special-elements";
                if (i % 4 == 1)
                {
                    // B repeats A with every other sign turned: the sum cancels to what c is.
                    codesB = [.. codesA.Select((code, j) => j % 2 == 0 ? code : Negated(a, codesA[j - 1]))];
                    codesA = [.. codesA.Select((code, j) => j % 2 == 0 ? code : codesA[j - 1])];
                    (codesB, flags) = a == b ? (codesB, flags + " cancel") : ([.. Enumerable.Repeat(0u, length)], flags + " zero");
                }

                string scales = "";
                if (block is not null || i % 3 != 0)
                {
                    int blocks = length / k;
                    uint[] scalesA = Scales(block, random, blocks, i);
                    uint[] scalesB = Scales(block, random, blocks, i + 1);
                    scales = $"{HexWords.Write(scalesA, 2)} {HexWords.Write(scalesB, 2)} ";
                    flags += scalesA.Concat(scalesB).Any(s => block is null && s == 0xFF) ? " scale-ff" : "";
                }

                yield return new(
                    Operation.Dot,
                    $"{nameA} {nameB}",
                    "model=exact",
                    $"{HexWords.Write(codesA, a.HexDigits)} {HexWords.Write(codesB, b.HexDigits)} {scales}{HexWords.Write(c, 8)}",
                    block is null ? Clauses.DotGeneral : Clauses.Nvfp4,
                    flags,
                    i % 4 == 0);
            }
        }
    }

    private static ElementFormat Of(string name) => ElementFormats.Elements.First(f => f.Name == name);

    private static uint Code(ElementFormat format, SplitMix random, bool finite)
    {
        while (true)
        {
            uint code = (uint)random.Next() & format.CodeMask;
            if (!finite || ElementCodec.Decode(format, code).IsFinite)
            {
                return code;
            }
        }
    }

    private static uint Negated(ElementFormat format, uint code)
        => format.Encoding == ElementEncoding.TwosComplement ? (uint)-(int)code & format.CodeMask : code ^ format.SignMask;

    private static uint[] Scales(BlockFormat? block, SplitMix random, int blocks, int i) => [.. Enumerable.Range(0, blocks).Select(_ =>
        block is not null ? (uint)random.Below(0x7F)
        : (i % 16) switch
        {
            5 => 0x00u,
            9 => 0xFEu,
            13 => 0xFFu,
            _ => (uint)(117 + random.Below(20)),
        })];
}
