using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>The operands of one dot product, or of one step of it, already validated.</summary>
internal readonly ref struct DotOperands
{
    /// <summary>Format of A.</summary>
    public required ElementFormat A { get; init; }

    /// <summary>Codes of A.</summary>
    public required ReadOnlySpan<uint> ACodes { get; init; }

    /// <summary>Format of B.</summary>
    public required ElementFormat B { get; init; }

    /// <summary>Codes of B, as many.</summary>
    public required ReadOnlySpan<uint> BCodes { get; init; }

    /// <summary>The scales' format and block; null when there are none.</summary>
    public BlockScale? Scale { get; init; }

    /// <summary>Scales of A, one a block.</summary>
    public ReadOnlySpan<byte> ScalesA { get; init; }

    /// <summary>Scales of B, one a block.</summary>
    public ReadOnlySpan<byte> ScalesB { get; init; }

    /// <summary>K.</summary>
    public int Length => ACodes.Length;

    /// <summary>
    /// The step of <paramref name="length"/> products from <paramref name="start"/> on. Past the end it is padded with code 0, which
    /// is +0 in every element format; a padded scale is code 0 too, which is not NaN, and scales zeros only.
    /// </summary>
    public DotOperands Step(int start, int length) => this with
    {
        ACodes = Padded(ACodes, start, length),
        BCodes = Padded(BCodes, start, length),
        ScalesA = Scale is null ? default : Padded(ScalesA, start / Scale.BlockSize, length / Scale.BlockSize),
        ScalesB = Scale is null ? default : Padded(ScalesB, start / Scale.BlockSize, length / Scale.BlockSize),
    };

    /// <summary>The exact products a_k b_k with their alignment exponents, without scales.</summary>
    public Term[] Products()
    {
        Term[] products = new Term[Length];
        for (int k = 0; k < products.Length; k++)
        {
            products[k] = Term.Of(A, ACodes[k]) * Term.Of(B, BCodes[k]);
        }

        return products;
    }

    private static ReadOnlySpan<T> Padded<T>(ReadOnlySpan<T> all, int start, int length)
    {
        if (start + length <= all.Length)
        {
            return all.Slice(start, length);
        }

        T[] padded = new T[length];
        all[Math.Min(start, all.Length)..].CopyTo(padded);
        return padded;
    }
}
