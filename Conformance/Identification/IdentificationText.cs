using System.Globalization;

namespace Mxact.Conformance.Identification;

/// <summary>What was found out, for a person to read.</summary>
internal static class IdentificationText
{
    private const int MostPositions = 24;

    public static IEnumerable<string> Lines(string unit, Identification found)
    {
        yield return Text($"unit         {unit}, {found.Shape}");
        yield return Text($"steps        {Steps(found)}");
        yield return Text($"c            {Addend(found)}");
        yield return Text($"kept         {Kept(found)}");
        string rounding = found.Rounding.Consistent.IsEmpty
            ? "no one rounding gives the staircase"
            : string.Join(" or ", found.Rounding.Consistent);
        yield return Text($"output       {found.Rounding.FractionBits} fraction bits; {rounding}");
        yield return Text($"e_zero       {EZero(found)}");
        foreach ((string situation, string answer) in found.Specials)
        {
            yield return Text($"special      {situation}: {answer}");
        }

        yield return Text($"parameters   {(found.Free is { } free ? free.Name : "no T-FDPA with these parameters gives every answer")}");
        yield return Text($"confirmed    {found.Confirmations} discriminating questions; {found.Asked} asked in all");
        yield return !found.ButForNaN.IsEmpty ? ButForNaN(found) : found.Equivalent.IsEmpty
            ? $"nearest      {string.Join(", ", found.Nearest.Select(n => Text($"{n.Name} (misses {n.Missed})")))}; no model of the "
                + $"table gives every answer"
            : $"identified   {string.Join(", ", found.Equivalent)}"
                + (found.Equivalent.Length > 1 ? ": no question about these formats told them apart" : "");
    }

    private static string ButForNaN(Identification found)
    {
        string digits = "x" + found.Shape.Output.HexDigits.ToString(CultureInfo.InvariantCulture);
        NaNDifference first = found.ButForNaN[0];
        string Bits(uint nan) => nan.ToString(digits, CultureInfo.InvariantCulture);
        return $"identified   {string.Join(", ", found.ButForNaN.Select(one => one.Name))}, equal but for NaN payloads: "
            + Text($"{first.Others} of {found.Confirmations} answers are another NaN, as {Bits(first.Unit)} for {Bits(first.Model)}");
    }

    private static string Steps(Identification found) => found.Masks.Structure switch
    {
        StepStructure.Unmeasured
            => "these formats have too little range to mask products" + (found.L > 0 ? Text($"; L = {found.L} fits every answer") : ""),
        StepStructure.NothingLost => "no product is ever lost beside a larger one: an exact or compensated sum",
        StepStructure.FirstStepFirst when found.Masks.L == 1 => "one product after the other, k = 0 first",
        StepStructure.FirstStepFirst => Text($"L = {found.L} products in one step, k = 0 first, steps chained"),
        StepStructure.LastStepFirst => Text($"L = {found.L} products in one step, the last step first"),
        StepStructure.Tree => "a pairwise tree",
        _ => "no chain of equal steps; a large pair at k = 0, 1 hides "
            + Text($"k = {string.Join(' ', found.Masks.WithFirst.Take(MostPositions))}")
            + (found.Masks.WithFirst.Count > MostPositions ? " ..." : ""),
    };

    private static string Addend(Identification found) => found.Masks.AddendIsFirst switch
    {
        true => "enters with or before the first products",
        false => "enters after the first products",
        null => "too little range to tell when it enters",
    };

    private static string Kept(Identification found)
        => (found.Masks.KeptBits, found.AddendBits) switch
        {
            (null, null) => "everything, as far as these formats reach",
            ({ } p, null) => Text($"products to 2^-{p} of the largest (F = {p}); c always"),
            (null, { } c) => Text($"c to 2^-{c} of the largest product (F = {c})"),
            ({ } p, { } c) when p == c => Text($"F = {p}: products and c to 2^-{p} of the largest"),
            ({ } p, { } c) => Text($"products to 2^-{p} of the largest, c to 2^-{c}"),
        };

    private static string EZero(Identification found) => found.EZero switch
    {
        null => found.Free is null ? "not measured" : "cannot matter with these formats, or no question showed it",
        (int least, int greatest) when least == greatest => Text($"{least}"),
        (int least, int greatest) => Text($"{least} to {greatest}: no question told them apart"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
