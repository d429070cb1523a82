namespace Mxact.Conformance.Attestation;

/// <summary>
/// The operations that the draft's 4.5 requires of everyone, with one external format. Which formats each group is over is this project's
/// reading of the list.
/// </summary>
internal static class RequiredMinimum
{
    private static readonly string[] Narrow = ["Binary8p4se", "Binary8p3se", "Binary4p2sf"];

    private static readonly string[] Conversions = ["Convert", "Recip"];

    private static readonly string[] Signs = ["Negate", "Abs"];

    private static readonly string[] Arithmetic = ["Add", "Subtract", "Multiply"];

    private static readonly string[] Fused = ["FMA", "FAA"];

    private static readonly string[] Scaled = ["ScaledAdd", "ScaledSubtract", "ScaledMultiply"];

    private static readonly string[] Predicates = ["IsZero", "IsOne", "IsNaN", "IsSignMinus", "IsFinite", "IsInfinite", "IsNormal",
        "IsSubnormal", "NextGreaterThan", "NextLessThan"];

    private static readonly string[] Queries = ["BitwidthOf", "PrecisionOf", "SignednessOf", "DomainOf", "ExponentBitwidthOf",
        "TrailingSignificandBitwidthOf", "ExponentBiasOf", "MaxFiniteOf", "MinFiniteOf", "MinPositiveOf", "MaxSubnormalOf", "MinNormalOf"];

    private static readonly string[] Extrema = ["Minimum", "Maximum", "MinimumNumber", "MaximumNumber", "MinimumMagnitude",
        "MaximumMagnitude", "MinimumMagnitudeNumber", "MaximumMagnitudeNumber", "MinimumFinite", "MaximumFinite"];

    private static readonly string[] Comparisons = ["CompareLess", "CompareLessEqual", "CompareEqual", "CompareGreaterEqual",
        "CompareGreater"];

    /// <summary>All of them under (NearestTiesToEven,SatNone).</summary>
    /// <param name="external">binary32, binary16 or BFloat16.</param>
    public static IEnumerable<P3109Operation> Of(P3109Format external)
    {
        string rho = P3109Projection.Required.ToString();
        string[] wide = [.. Narrow, external.Name];
        string[] results = ["Binary8p4se", "Binary8p3se", external.Name];
        const string Scale = "Binary8p1uf";
        IEnumerable<string> names =
        [
            .. from op in Conversions from x in wide from r in wide select $"{op}<{x},{r},{rho}>",
            .. from op in Signs from f in Narrow select $"{op}<{f},{f},{rho}>",
            .. from op in Arithmetic
               from x in Narrow
               from y in Narrow
               from r in results
               select $"{op}<{x},{y},{r},{rho}>",
            .. from op in Fused
               from x in Narrow
               from y in Narrow
               select $"{op}<{x},{y},{external},{external},{rho}>",
            .. from op in Extrema from f in Narrow select $"{op}<{f},{f},{f},{rho}>",
            .. from op in Comparisons from f in Narrow select $"{op}<{f},{f}>",
            .. from op in Predicates from f in Narrow select $"{op}<{f}>",
            .. from op in Queries from f in Narrow.Append(Scale) select $"{op}<{f}>",
            .. from op in Scaled
               from x in Narrow
               from y in Narrow
               from r in results
               select $"{op}<{Scale},{x},{Scale},{y},{r},{rho}>",
        ];
        return names.Select(P3109Operation.Named);
    }
}
