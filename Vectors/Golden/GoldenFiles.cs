using System.Collections.Immutable;
using System.Globalization;
using Mxact.Vectors.Generators;

namespace Mxact.Vectors;

/// <summary>The files of the golden set and what generates each: the one place that says what the set consists of.</summary>
internal static class GoldenFiles
{
    /// <summary>Version of the columns.</summary>
    public const int SchemaVersion = 2;

    /// <summary>The seed of every random operand.</summary>
    public const ulong Seed = SplitMix.GoldenSeed;

    private const int DeepCodes = 1 << 16;

    /// <summary>Random blocks of a format with scale rules under each of them, of one without, and of tiles.</summary>
    private const int DeepBlocksOfRule = 2_500, DeepBlocks = 20_000, DeepTiles = 1_000;

    /// <summary>File names without extension, in order, for the committed levels.</summary>
    public static ImmutableArray<string> Names { get; } = NamesIn(Catalogue.Default);

    /// <summary>How many rows <see cref="GenerateDeep"/> gives.</summary>
    public static int DeepCount { get; } = ((ElementFormats.Mx.Length * 2) * DeepCodes * RoundingMode.Deterministic.Length)
        + Catalogue.Default.Blocks.Sum(format => RandomBlocks(format) * (format.Scale.Element is null ? ScaleRule.PowerOfTwo.Length : 1));

    /// <summary>The files of a catalogue.</summary>
    public static ImmutableArray<string> NamesIn(Catalogue catalogue) =>
    [
        "decode",
        .. catalogue.CodeFormats.Select(f => $"encode-{f}"),
        "scale",
        .. catalogue.Blocks.Select(f => $"quantize-{Catalogue.InFileName(f)}"),
        .. catalogue.Blocks.Select(f => $"dequantize-{Catalogue.InFileName(f)}"),
        "dot", "pack",
        "dot-models",
        "instructions",
    ];

    /// <summary>The rows of a file, generated; those that ask the same are one.</summary>
    /// <exception cref="InvalidOperationException">Two requests have one id.</exception>
    public static IReadOnlyList<TestVector> Generate(string name, Catalogue? catalogue = null)
    {
        CaseWriter writer = new(catalogue ?? Catalogue.Default);
        List<TestVector> rows = [];
        Dictionary<string, int> places = [];
        foreach (Case c in Cases(name, catalogue ?? Catalogue.Default).Select(WithLevel))
        {
            TestVector row = writer.Write(c);
            if (places.TryAdd(row.Id, rows.Count))
            {
                rows.Add(row);
            }
            else
            {
                rows[places[row.Id]] = rows[places[row.Id]].MergeWith(row);
            }
        }

        return rows;
    }

    /// <summary>The deep level beyond the committed rows, streamed: all binary16 and bfloat16 inputs and random blocks.</summary>
    /// <param name="seed">Seed of the random blocks.</param>
    public static IEnumerable<TestVector> GenerateDeep(ulong seed)
    {
        CaseWriter writer = new(Catalogue.Default);
        return DeepCases(seed, Catalogue.Default).Select(c => writer.Write(c) with { Level = Level.Deep });
    }

    /// <summary>The smallest level asks nothing of formats that composition alone makes.</summary>
    private static Case WithLevel(Case c)
        => MxFormats.Further.Any(format => format.Name == c.Formats) ? c with { IsSmoke = false } : c;

    private static int RandomBlocks(BlockFormat format)
        => format.Scale.Element is null ? DeepBlocksOfRule : format.BlockSize > MxFormats.BlockSize ? DeepTiles : DeepBlocks;

    private static IEnumerable<Case> Cases(string name, Catalogue catalogue)
    {
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        string format = dash < 0 ? "" : name[(dash + 1)..];
        return (dash < 0 ? name : name[..dash]) switch
        {
            "decode" => catalogue.CodeFormats.SelectMany(f => ElementCases.Decode(f, catalogue)),
            "encode" when format == ScaleFormat.E8M0.Name => ElementCases.Cast(catalogue).Concat(LatitudeCases.Cast(catalogue)),
            "encode" => ElementCases.Encode(catalogue.Element(format), catalogue)
                .Concat(LatitudeCases.Encode(catalogue.Element(format), catalogue)),
            "scale" => catalogue.Scaled.SelectMany(f => ScaleCases.Scale(f, catalogue))
                .Concat(catalogue.Scaled.SelectMany(f => LatitudeCases.Scale(f, catalogue))),
            "quantize" => BlockCases.Quantize(catalogue.Block(format), catalogue)
                .Concat(LatitudeCases.Quantize(catalogue.Block(format), catalogue))
                .Concat(catalogue.Block(format) is { Scale.Element: not null } block ? TensorScaleCases.Quantize(block) : []),
            "dequantize" => BlockCases.Dequantize(catalogue.Block(format))
                .Concat(catalogue.Block(format) is { Scale.Element: not null } block ? TensorScaleCases.Dequantize(block) : []),
            "dot" when format == "models" => DotModelCases.All(catalogue),
            "dot" => DotCases.All(),
            "pack" => PackingCases.All(),
            "instructions" => InstructionCases.All(catalogue),
            _ => throw new InvalidOperationException($"no such file: {name}"),
        };
    }

    private static IEnumerable<Case> DeepCases(ulong seed, Catalogue catalogue)
    {
        foreach (ElementFormat format in catalogue.Elements.Where(f => !f.IsExtension))
        {
            foreach (ElementFormat from in new[] { ElementFormats.Binary16, ElementFormats.BFloat16 })
            {
                foreach (RoundingMode mode in catalogue.Roundings)
                {
                    string parameters = $"from={from} overflow=saturate rounding={mode}";
                    for (uint bits = 0; bits < DeepCodes; bits++)
                    {
                        yield return new(
                            Operation.Encode,
                            format.Name,
                            parameters,
                            bits.ToString("x4", CultureInfo.InvariantCulture),
                            Clauses.Fp8Conversion,
                            "narrow-input");
                    }
                }
            }
        }

        foreach (BlockFormat format in catalogue.Blocks)
        {
            foreach (Case c in BlockCases.Random(format, catalogue, seed, RandomBlocks(format)))
            {
                yield return c;
            }
        }
    }
}
