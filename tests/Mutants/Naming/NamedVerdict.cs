namespace Mxact.Mutants.Naming;

/// <summary>
/// How what the suite said of a mutant compares with what was expected: of all that is said, what explains most of the failures.
/// </summary>
internal static class NamedVerdict
{
    /// <summary>The expected name is said; or none is, where none was expected.</summary>
    public const string AsExpected = "as expected";

    /// <summary>Other names are said, and with them every failure is explained and no pass contradicted: they are true.</summary>
    public const string Otherwise = "otherwise, true";

    /// <summary>Other names are said, and failures are left over: each such row is looked at.</summary>
    public const string InPart = "otherwise, in part";

    /// <summary>No name, but a pattern that gives every failure.</summary>
    public const string Described = "described";

    /// <summary>A name was expected, and none is said.</summary>
    public const string NotNamed = "not named";

    /// <summary>No answer differs, and that was to be expected.</summary>
    public const string Equivalent = "equivalent";

    /// <summary>No answer differs, and one should.</summary>
    public const string Survived = "survived";

    /// <summary>Compares them.</summary>
    public static string Of(Expectation expected, Judgement said)
    {
        if (!said.IsKilled)
        {
            return expected.IsEquivalent ? Equivalent : Survived;
        }

        // A name is said of a mutant where names of the list give at least half of its failures.
        bool isNamed = said.Failures > 0 && 2 * said.Causes.Where(cause => !cause.IsReadOff).Sum(cause => cause.Explained) >= said.Failures;
        if (expected.IsUnnamed && !isNamed)
        {
            return AsExpected;
        }

        if (expected.Are([.. said.Causes.Select(cause => cause.Name)]))
        {
            return AsExpected;
        }

        return (isNamed, said.Left > 0 || said.Incidents.Count > 0) switch
        {
            (true, false) => Otherwise,
            (true, true) => InPart,
            (false, false) => Described,
            (false, true) => NotNamed,
        };
    }
}
