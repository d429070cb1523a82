using System.Collections.Immutable;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation;

/// <summary>A term of a step: the addend, a product, or a group of products that a unit sums before it aligns them.</summary>
/// <param name="First">Its first k; -1 for the addend.</param>
/// <param name="Count">Products in it; 0 for the addend.</param>
/// <param name="Value">What it is, exactly.</param>
/// <param name="Kept">What alignment left of it; null where the unit aligns nothing, or the term is no number.</param>
internal readonly record struct DotTerm(int First, int Count, Number Value, Dyadic? Kept)
{
    /// <summary>What alignment cut off.</summary>
    public Dyadic Cut => Kept is { } kept ? Value.Finite - kept : Dyadic.Zero;
}

/// <summary>A step of a dot product: what went in, what came out, what fell off.</summary>
/// <param name="First">Its first k.</param>
/// <param name="Count">Products in it, padding left out.</param>
/// <param name="Before">Bits of the sum before it.</param>
/// <param name="After">Bits of the sum after it.</param>
/// <param name="Exact">The sum before it and its products, added exactly.</param>
/// <param name="Result">What <paramref name="After"/> stands for.</param>
/// <param name="Quantum">The power of two that alignment cuts below; null where nothing is aligned.</param>
/// <param name="Terms">The addend first.</param>
internal sealed record DotStep(int First, int Count, uint Before, uint After, Number Exact, Number Result, int? Quantum,
    ImmutableArray<DotTerm> Terms)
{
    /// <summary>What the step added to the error: exact less result; null where one of them is no number.</summary>
    public Dyadic? Lost => Exact.IsFinite && Result.IsFinite ? Exact.Finite - Result.Finite : null;
}
