using System.Collections.Immutable;

namespace Mxact.Vectors.Generators;

/// <summary>
/// What the generators loop over, as a value: they read no list of formats, rules, modes, latitudes or models but this one, so that a
/// test can add to it. Profiles are not here: no row is asked under one.
/// </summary>
internal sealed record Catalogue
{
    /// <summary>The ids of the latitudes that are parameters of the question instead: every row names them.</summary>
    private static readonly string[] Parameters = ["scale-rule", "rounding", "overflow"];

    /// <summary>Everything there is.</summary>
    public static Catalogue Default { get; } = new();

    /// <summary>Element formats that are decoded and encoded.</summary>
    public ImmutableArray<ElementFormat> Elements { get; init; } = [.. ElementFormats.Mx, .. ElementFormats.Extensions];

    /// <summary>Block formats.</summary>
    public ImmutableArray<BlockFormat> Blocks { get; init; } = [.. MxFormats.All, .. MxFormats.Further];

    /// <summary>Those of them with a scale of their own: that of a maximum depends on no size.</summary>
    public IEnumerable<BlockFormat> Scaled => Blocks.DistinctBy(f => (f.Element, f.Scale));

    /// <summary>Scale rules of E8M0 scales.</summary>
    public ImmutableArray<ScaleRule> ScaleRules { get; init; } = ScaleRule.PowerOfTwo;

    /// <summary>Rounding modes without random bits.</summary>
    public ImmutableArray<RoundingMode> Roundings { get; init; } = RoundingMode.Deterministic;

    /// <summary>Rounding modes with random bits.</summary>
    public ImmutableArray<RoundingMode> StochasticRoundings { get; init; } =
    [
        RoundingMode.Stochastic(8), RoundingMode.Stochastic(16), RoundingMode.Stochastic(3),
        RoundingMode.Stochastic(8, StochasticVariant.B), RoundingMode.Stochastic(8, StochasticVariant.C),
        RoundingMode.Stochastic(8, StochasticVariant.Odd),
    ];

    /// <summary>Overflow policies.</summary>
    public ImmutableArray<OverflowPolicy> Overflows { get; init; } = [.. Enum.GetValues<OverflowPolicy>()];

    /// <summary>
    /// The choices that a row's answer could have been made under and was not. A block that is not full is a case of its own.
    /// </summary>
    public ImmutableArray<OpenChoice> OpenChoices { get; init; } =
    [
        .. Latitude.All
            .Where(latitude => !Parameters.Contains(latitude.Id) && latitude.Id != "partial-block")
            .SelectMany(latitude => latitude.Choices
                .Where(choice => choice != latitude.Default)
                .Select(choice => new OpenChoice($"{latitude.Id}={latitude.Default}", policy => latitude.With(policy, choice)!))),
    ];

    /// <summary>Every choice that is not <c>ocp</c>'s, as <c>id=choice</c>: rows ask for each where it begins to matter.</summary>
    public ImmutableArray<string> AskedChoices { get; init; } =
    [
        .. from latitude in Latitude.All
           where !Parameters.Contains(latitude.Id) && latitude.Id != "partial-block"
           from choice in latitude.Choices
           where choice != latitude.Default
           select $"{latitude.Id}={choice}",
    ];

    /// <summary>Accumulation models; of those whose registers or fields have a size, another than the usual one too.</summary>
    public ImmutableArray<MatrixUnit> Models { get; init; } =
        [.. MatrixUnits.All, MatrixUnits.Parse("arm-fdot-fp8:lscale=3,osm=1"), MatrixUnits.Parse("riscv-fp8:vlen=256")];

    /// <summary>Conversion instructions.</summary>
    public ImmutableArray<Instruction> Instructions { get; init; } = Mxact.Instructions.All;

    /// <summary>Names of the formats of single codes: MX's elements, its scale, the extensions.</summary>
    public IEnumerable<string> CodeFormats
        => [
            .. Elements.Where(f => !f.IsExtension).Select(f => f.Name), ScaleFormat.E8M0.Name,
            .. Elements.Where(f => f.IsExtension).Select(f => f.Name),
        ];

    /// <summary>The element format of that name.</summary>
    public ElementFormat Element(string name) => Elements.First(f => f.Name == name);

    /// <summary>The block format of that name, as a file has it.</summary>
    public BlockFormat Block(string name) => Blocks.First(f => InFileName(f) == name);

    /// <summary>A format's name as a file has it: <c>e2m1/ue5m3/16</c> is <c>e2m1-ue5m3-16</c>.</summary>
    public static string InFileName(BlockFormat format) => format.Name.Replace('/', '-');
}

/// <summary>One other choice of a latitude.</summary>
/// <param name="Made">The choice the golden answers were made under, as <c>id=choice</c>.</param>
/// <param name="Change">Makes the other one.</param>
internal sealed record OpenChoice(string Made, Func<ConversionPolicy, ConversionPolicy> Change)
{
    /// <summary>Whether it is about the binary32 -> E8M0 cast, and nothing else.</summary>
    public bool IsCast => Made.StartsWith("cast-", StringComparison.Ordinal);
}
