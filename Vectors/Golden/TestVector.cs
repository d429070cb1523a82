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

/// <summary>
/// One row of the golden set. <c>FORMAT.md</c> describes the columns. Id, request (operation, formats, choices, operands) and expected
/// answer never change; level, latitudes, clause and flags may.
/// </summary>
/// <param name="Id">What <see cref="RowId"/> makes of the request.</param>
/// <param name="Level">The smallest level that takes it.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Formats">Its formats, blank-separated.</param>
/// <param name="Choices">The parameters of the question, <c>key=value</c>, sorted, blank-separated.</param>
/// <param name="Operands">Input words in hexadecimal.</param>
/// <param name="Expected">Expected words, bits or patterns: see <see cref="Expectation"/>.</param>
/// <param name="Latitudes">The latitudes of which another choice changes the answer, with the choice it was made under,
/// blank-separated.</param>
/// <param name="Clause">The clause that decides.</param>
/// <param name="Flags">What kind of case it is, blank-separated; <c>flags.json</c> explains each.</param>
internal sealed record TestVector(
    string Id, Level Level, Operation Operation, string Formats, string Choices, string Operands,
    string Expected, string Latitudes, string Clause, string Flags)
{
    /// <summary>The question without operands.</summary>
    public Question Question => Question.Of(Operation, [.. Formats.Split(' ')], Choices.Length == 0 ? [] : Choices.Split(' '));

    /// <summary>The line a program is sent.</summary>
    public string Request => RowId.Request(Operation, Formats, Choices, Operands);

    /// <summary>The flags one by one.</summary>
    public ImmutableArray<string> FlagList => Flags.Length == 0 ? [] : [.. Flags.Split(' ')];

    /// <summary>This row and another that asks the same, as one: the smaller level, the flags of both.</summary>
    /// <exception cref="InvalidOperationException">They ask something else: their ids collide.</exception>
    public TestVector MergeWith(TestVector other)
        => Id != other.Id || Request != other.Request
            ? throw new InvalidOperationException($"one id for two requests, {Id}: '{Request}' and '{other.Request}'")
            : this with { Level = Level < other.Level ? Level : other.Level, Flags = string.Join(' ', FlagList.Union(other.FlagList)) };
}
