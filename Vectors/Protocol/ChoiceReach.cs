namespace Mxact.Vectors;

/// <summary>Whether a choice can act on what is asked; what cannot is refused where it is named.</summary>
internal static class ChoiceReach
{
    private static readonly string FourOverSix = $"scale-rule={ScaleRule.FourOverSix}";

    /// <summary>Whether any choice of a latitude acts on the operation and format.</summary>
    public static bool Acts(Operation operation, string format, Latitude latitude)
        => (Reaches.Of(latitude) & Where(operation, format)) != 0 && Concerns(operation, format, latitude);

    /// <summary>
    /// What a policy's choice comes to on the operation and format: itself where it acts, else what is done there by default. A rule of
    /// powers of two is the quotient on NVFP4.
    /// </summary>
    public static string Effective(Operation operation, string format, Latitude latitude, ConversionPolicy policy)
    {
        string choice = latitude.Of(policy);
        Reach here = Where(operation, format);
        return (Reaches.Of(latitude.Id, choice) & here) != 0 ? choice
            : latitude.Choices.FirstOrDefault(c => (Reaches.Of(latitude.Id, c) & here) != 0, choice);
    }

    /// <summary>Whether <c>id=choice</c> acts; so counts what is no latitude's, as <c>from=</c>.</summary>
    public static bool Acts(Operation operation, string format, string word) => Refusal(operation, format, word) is null;

    /// <summary>One line that says where <c>id=choice</c> acts, or null where it does so here.</summary>
    public static string? Refusal(Operation operation, string format, string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || Latitude.Find(word[..equals]) is not { } latitude)
        {
            return null;
        }

        if (word == FourOverSix && MxFormats.Find(format) is { } block && block.Element != ElementFormat.Of<E2M1>())
        {
            return $"{FourOverSix} chooses between 6 and 4, numbers of E2M1; it cannot act on {Question.Shown(format)}";
        }

        Reach here = Where(operation, format);
        Reach ofChoice = Reaches.Of(latitude.Id, word[(equals + 1)..]);
        if ((ofChoice & here) != 0 && Concerns(operation, format, latitude))
        {
            return null;
        }

        string asked = $"{Names.Of(operation)} {Question.Shown(format)}";
        return (Reaches.Of(latitude) & here) == 0 ? $"{latitude.Id} acts on {Reaches.InWords(Reaches.Of(latitude))}, not {asked}"
            : (ofChoice & here) == 0 ? $"{Question.Shown(word)} acts on {Reaches.InWords(ofChoice)}, not {asked}"
            : $"{latitude.Id} ({latitude.Question}) cannot act on {Question.Shown(format)}";
    }

    /// <summary>What is asked. An unknown format is taken for one under E8M0: its name is refused elsewhere.</summary>
    private static Reach Where(Operation operation, string format)
    {
        bool isUe4M3 = MxFormats.Find(format)?.Scale.Element is not null;
        return operation switch
        {
            Operation.Encode => format == ScaleFormat.E8M0.Name ? Reach.Cast : Reach.Encode,
            Operation.Scale => isUe4M3 ? Reach.ScaleUe4M3 : Reach.ScaleE8M0,
            Operation.Quantize => isUe4M3 ? Reach.QuantizeUe4M3 : Reach.QuantizeE8M0,
            _ => Reach.None,
        };
    }

    private static bool Concerns(Operation operation, string format, Latitude latitude)
    {
        if (!Reaches.IsAboutElement(latitude))
        {
            return true;
        }

        string name = operation == Operation.Encode ? format
            : MxFormats.Find(format)?.Element.Name ?? format;
        return !ElementFormat.TryParse(name, out ElementFormat? element) || Reaches.Concerns(latitude, element);
    }
}
