using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of every listed conversion instruction: the edges of its formats, then bits at random.</summary>
internal static class InstructionCases
{
    /// <summary>Rows of an instruction: each edge once or twice, few enough for a small file.</summary>
    private const int EachInstruction = 10;

    /// <summary>Rows more of one that rounds to an integer: its edges, two at a time.</summary>
    private const int MoreOfIntegers = 7;

    public static IEnumerable<Case> All(Catalogue catalogue) => catalogue.Instructions.SelectMany(Of);

    private static IEnumerable<Case> Of(Instruction instruction)
    {
        ElementFormat? target = ElementFormat.TryParse(instruction.Formats[^1], out ElementFormat? format) ? format : null;

        // s2f6 had rows before its edges were asked: those come after them.
        bool isInteger = target is { Encoding: ElementEncoding.TwosComplement };
        for (int row = 0; row < EachInstruction + (isInteger ? MoreOfIntegers : 0); row++)
        {
            SplitMix random = SplitMix.For(string.Create(CultureInfo.InvariantCulture, $"instruction {instruction.Name} {row}"));
            List<string> words = [];
            for (int source = 0; source < instruction.Sources.Length; source++)
            {
                InstructionRegister register = instruction.Sources[source];
                bool isBinary32 = register.Name.EndsWith(".f32", StringComparison.Ordinal);
                bool isMore = row >= EachInstruction;
                ulong[] edges = !isBinary32 ? Patterns(register.Bits) : isMore ? [.. Edges(target)] : isInteger ? Numbers
                    : [.. Edges(target), .. Numbers];
                ulong word = row < EachInstruction / 2 || isMore || random.Next() % 2 == 0
                    ? edges[((row * instruction.Sources.Length) + source) % edges.Length] : random.Next();
                word &= ulong.MaxValue >> (64 - register.Bits);
                words.Add(word.ToString($"x{register.Digits}", CultureInfo.InvariantCulture));
            }

            if (instruction.TakesRandomWord)
            {
                uint word = row switch { 0 => 0, 1 => uint.MaxValue, 2 => 0x12345678, _ => (uint)random.Next() };
                words.Add(HexWords.Write(word, 8));
            }

            yield return new(Operation.Instruction, instruction.Name, "", string.Join(' ', words), instruction.Evidence.Source,
                "instruction", IsSmoke: row == 0);
        }
    }

    /// <summary>Signs, infinities, NaNs and subnormals of binary32, and what becomes an integer.</summary>
    private static readonly ulong[] Numbers =
        [0x80000000, 0x7FC00000, 0xFF800000, 0x00000001, 0xFFC00001, 0x3F800000, 0xC0200000, 0x7F7FFFFF, 0x807FFFFF, 0x4F000000];

    /// <summary>
    /// What a narrow format decides: the tie beyond max normal and its neighbours, ties at one, the tie at the least subnormal.
    /// </summary>
    private static IEnumerable<ulong> Edges(ElementFormat? format)
    {
        if (format is null || format.MantissaBits >= 23)
        {
            yield break;
        }

        int m = format.MantissaBits, e = format.EMax - m;
        Dyadic tie = new(false, (2 * (long)format.MaxSignificand) + 1, e - 1);
        foreach (Dyadic value in (Dyadic[])
        [
            tie, new(true, (2 * (long)format.MaxSignificand) + 1, e - 1), new(false, format.MaxSignificand, e),
            new(false, (1L << (m + 1)) + 1, -m - 1), new(true, (1L << (m + 1)) + 3, -m - 1), new(false, 1, format.EMin - m - 1),
            new(true, 3, format.EMin - m - 1),
        ])
        {
            uint bits = Binary32.Round(value);
            yield return bits;
            yield return bits + 1;
        }
    }

    /// <summary>Every bit, none, the sign alone and all but it, of each byte and of the whole.</summary>
    private static ulong[] Patterns(int bits)
        =>
        [
            0x8000_0000_8000_8000 ^ (bits == 8 ? 0x80UL : 0), 0x7F7F_7F7F_7F7F_7F7F, 0xFFFF_FFFF_FFFF_FFFF, 0x7C00_7C00_7C00_7C00 | 0x7E,
            0x0101_0101_0101_0101, 0x7F80_7F80_7F80_7F80, 0xFEFE_8181_FEFE_8181, 0x3C01_3C00_3F81_3F80,
        ];
}
