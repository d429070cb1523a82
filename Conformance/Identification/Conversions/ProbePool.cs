using System.Collections.Immutable;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// The operands that probes are chosen from: those of the golden rows, because every one of them lies where some choice begins to
/// matter. Plain ones come first, so that a probe that decides is one a reader can follow.
/// </summary>
internal static class ProbePool
{
    /// <summary>
    /// So many of the general operands, evenly spread: those of single choices come first and are all there. Blocks are thirty times an
    /// element's work to answer.
    /// </summary>
    private const int MostGeneralBlocks = 60, MostGeneralElements = 300;

    /// <summary>The operands for a conversion, without repetition.</summary>
    public static ImmutableArray<string> Of(Conversion conversion)
    {
        Catalogue catalogue = Catalogue.Default;
        return conversion.Operation switch
        {
            Operation.Encode when conversion.Format == ScaleFormat.E8M0.Name
                => Operands(conversion, LatitudeCases.Cast(catalogue).Concat(ElementCases.Cast(catalogue))),
            Operation.Encode => Elements(conversion, catalogue.Element(conversion.Format), catalogue),
            Operation.Scale => Operands(conversion, LatitudeCases.Scale(catalogue.Block(conversion.Format), catalogue)
                .Concat(ScaleCases.Scale(catalogue.Block(conversion.Format), catalogue))),
            Operation.Quantize => Blocks(conversion, catalogue.Block(conversion.Format), catalogue),
            _ => throw new InvalidOperationException($"{conversion.Operation} leaves nothing to identify"),
        };
    }

    private static ImmutableArray<string> Elements(Conversion conversion, ElementFormat format, Catalogue catalogue)
        => [.. Operands(conversion, LatitudeCases.Encode(format, catalogue))
            .Union(Spread(Operands(conversion, ElementCases.Encode(format, catalogue)), MostGeneralElements))];

    private static ImmutableArray<string> Blocks(Conversion conversion, BlockFormat format, Catalogue catalogue)
    {
        ImmutableArray<string> of = Operands(conversion, LatitudeCases.Quantize(format, catalogue));
        ImmutableArray<string> general = Operands(conversion, BlockCases.Quantize(format, catalogue));
        int digits = format.BlockSize * conversion.From.HexDigits;
        return [.. of.Union(Spread(general, MostGeneralBlocks)).Where(block => block.Length == digits)];
    }

    /// <summary>So many of a list: by a step without a factor 2 or 3, because triples and signs alternate in the lists.</summary>
    private static IEnumerable<string> Spread(ImmutableArray<string> all, int most)
    {
        int step = Math.Max(1, all.Length / most) | 1;
        step += step > 1 && step % 3 == 0 ? 2 : 0;
        return all.Where((_, i) => i % step == 0);
    }

    /// <summary>
    /// The latitudes that can act on a conversion: its parameters, and those of which the golden set asks some choice there. The others
    /// need no search.
    /// </summary>
    public static ImmutableHashSet<Latitude> Acting(Conversion conversion)
    {
        Catalogue catalogue = Catalogue.Default;
        IEnumerable<Case> cases = conversion.Operation switch
        {
            Operation.Encode when conversion.Format == ScaleFormat.E8M0.Name => LatitudeCases.Cast(catalogue),
            Operation.Encode => LatitudeCases.Encode(catalogue.Element(conversion.Format), catalogue),
            Operation.Scale => LatitudeCases.Scale(catalogue.Block(conversion.Format), catalogue),
            _ => LatitudeCases.Quantize(catalogue.Block(conversion.Format), catalogue),
        };
        return [.. conversion.Parameters, .. cases.SelectMany(c => c.Parameters.Split(' ')).Distinct().Select(word
            => Latitude.Find(word.Split('=')[0])).OfType<Latitude>()];
    }

    private static ImmutableArray<string> Operands(Conversion conversion, IEnumerable<Case> cases)
        => [.. cases.Where(c => IsOf(conversion, c.Parameters)).Select(c => c.Operands).Where(o => !o.Contains(' ')).Distinct()];

    /// <summary>Whether a case's inputs are the conversion's; one with a tensor scale or random bits asks for more than a choice.</summary>
    private static bool IsOf(Conversion conversion, string parameters)
        => !parameters.Contains("tensor-scale=", StringComparison.Ordinal)
            && parameters.Contains($"from={conversion.From}", StringComparison.Ordinal) == conversion.IsNarrow
            && (conversion.IsNarrow || !parameters.Contains("from=", StringComparison.Ordinal));
}
