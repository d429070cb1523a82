using System.Security.Cryptography;
using System.Text;
using Mxact.Conformance.Checks;
using Mxact.Vectors;

namespace Mxact.Cli.Readmemh;

/// <summary>Questions whose lines are alike: one operation, formats, choices and lengths, so that one memory holds them all.</summary>
internal sealed class MemoryGroup
{
    private readonly StringBuilder index = new("line,id\n");
    private readonly StringBuilder stimulus = new();
    private readonly StringBuilder expected = new();
    private readonly StringBuilder mask = new();
    private readonly StringBuilder nan = new();

    /// <summary>An empty group of rows like the first.</summary>
    public MemoryGroup(Asked first)
    {
        Question = first.Question;
        Operands = MemoryField.OfOperands(first.Question, first.Row.Operands);
        Answer = MemoryField.OfAnswer(first.Question, ExpectedBits.Of(first.Question, first.Expected).Words);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(first))))[..8];
        Name = $"{Names.Of(Question.Operation)}-{string.Join('-', Question.Formats.Distinct()).Replace('/', '.')}-{digest}";
    }

    /// <summary>What is asked, without operands.</summary>
    public Question Question { get; }

    /// <summary>The folder's name: as of a row's id, from what is asked and nothing else.</summary>
    public string Name { get; }

    /// <summary>How many lines.</summary>
    public int Rows { get; private set; }

    /// <summary>The fields of a line of stimulus.hex, lowest first.</summary>
    public IReadOnlyList<MemoryField> Operands { get; }

    /// <summary>The fields of a line of expected.hex and mask.hex, lowest first; nan.hex has a bit an element.</summary>
    public IReadOnlyList<MemoryField> Answer { get; }

    /// <summary>The files by name.</summary>
    public IEnumerable<(string Name, string Content)> Files =>
    [
        ("stimulus.hex", stimulus.ToString()), ("expected.hex", expected.ToString()), ("mask.hex", mask.ToString()),
        ("nan.hex", nan.ToString()), ("index.csv", index.ToString()),
    ];

    /// <summary>
    /// What rows of one group have in common: the question and the lengths of its words and of the answer's. Scales in tiles fill more
    /// bytes or less in one length of operands.
    /// </summary>
    public static string KeyOf(Asked asked)
        => $"{asked.Question} {Lengths(asked.Row.Operands)} -> {Lengths(ExpectedBits.Of(asked.Question, asked.Expected).Words)}";

    /// <summary>Adds a row of the same key.</summary>
    public void Add(Asked asked)
    {
        ExpectedBits bits = ExpectedBits.Of(asked.Question, asked.Expected);
        stimulus.Append(MemoryField.Line(Operands, asked.Row.Operands)).Append('\n');
        expected.Append(MemoryField.Line(Answer, bits.Words)).Append('\n');
        mask.Append(MemoryField.Line(Answer, bits.Mask)).Append('\n');
        nan.Append(Flags(bits.NaNs)).Append('\n');
        index.Append(Rows).Append(',').Append(asked.Row.Id).Append('\n');
        Rows++;
    }

    private static string Lengths(string words) => string.Join(' ', words.Split(' ').Select(word => word.Length));

    /// <summary>A bit an element, element 0 lowest.</summary>
    private static string Flags(IReadOnlyList<bool> flags) => string.Concat(Enumerable.Range(0, (flags.Count + 3) / 4).Reverse()
        .Select(digit => "0123456789abcdef"[flags.Skip(4 * digit).Take(4).Select((flag, bit) => flag ? 1 << bit : 0).Sum()]));
}
