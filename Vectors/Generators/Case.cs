namespace Mxact.Vectors.Generators;

/// <summary>A case before it has an id and an answer.</summary>
/// <param name="Operation">What is asked.</param>
/// <param name="Formats">Its formats.</param>
/// <param name="Parameters">The choices that are part of the question whether they matter or not.</param>
/// <param name="Operands">Input words.</param>
/// <param name="Clause">The clause that decides.</param>
/// <param name="Flags">What kind of case it is.</param>
/// <param name="IsSmoke">Whether the smallest level takes it.</param>
internal readonly record struct Case(
    Operation Operation, string Formats, string Parameters, string Operands, Clause Clause, string Flags, bool IsSmoke = false);
