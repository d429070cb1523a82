using System.Collections.Immutable;

namespace Mxact.Vectors;

/// <summary>How much of the golden set a run takes.</summary>
internal enum Level
{
    /// <summary>A selection that every kind of defect is in: seconds.</summary>
    Smoke,

    /// <summary>Everything that is committed.</summary>
    Standard,

    /// <summary>Generated on demand and streamed: exhaustive 16-bit inputs and random blocks.</summary>
    Deep,
}

/// <summary>One row of the golden set. <c>FORMAT.md</c> describes the columns.</summary>
/// <param name="Id">Stable id: file and number; numbers are never reused.</param>
/// <param name="Level">The smallest level that takes it.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Formats">Its formats, blank-separated.</param>
/// <param name="Choices">The choices that matter for the answer, <c>key=value</c>, blank-separated.</param>
/// <param name="Operands">Input words in hexadecimal.</param>
/// <param name="Expected">Expected words, bits or patterns: see <see cref="Expectation"/>.</param>
/// <param name="Clause">The clause that decides.</param>
/// <param name="Flags">What kind of case it is, blank-separated; <c>flags.json</c> explains each.</param>
internal sealed record TestVector(string Id, Level Level, Operation Operation, string Formats, string Choices, string Operands, string Expected, string Clause, string Flags)
{
    /// <summary>The question without operands.</summary>
    public Question Question => Question.Of(Operation, [.. Formats.Split(' ')], Choices.Length == 0 ? [] : Choices.Split(' '));

    /// <summary>The line a program is sent.</summary>
    public string Request => string.Join(' ', new[] { Names.Of(Operation), Formats, Choices, Operands }.Where(part => part.Length > 0));

    /// <summary>The flags one by one.</summary>
    public ImmutableArray<string> FlagList => Flags.Length == 0 ? [] : [.. Flags.Split(' ')];
}
