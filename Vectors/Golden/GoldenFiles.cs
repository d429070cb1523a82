using System.Globalization;
using Mxact.Vectors.Generators;

namespace Mxact.Vectors;

/// <summary>The files of the golden set and what generates each: the one place that says what the set consists of.</summary>
internal static class GoldenFiles
{
    /// <summary>Version of the columns.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The seed of every random operand.</summary>
    public const ulong Seed = 0x4D58_4143_5431;

    private static readonly string[] DecodeFormats = [.. ElementFormats.Mx.Select(f => f.Name), "e8m0", .. ElementFormats.Extensions.Select(f => f.Name)];

    /// <summary>File names without extension, in order, for the committed levels.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "decode",
        .. ElementFormats.Mx.Select(f => $"encode-{f}"), "encode-e8m0", .. ElementFormats.Extensions.Select(f => $"encode-{f}"),
        "scale",
        .. MxFormats.All.Select(f => $"quantize-{f}"),
        .. MxFormats.All.Select(f => $"dequantize-{f}"),
        "dot", "pack",
        "dot-models",
    ];

    /// <summary>The rows of a file, generated. Ids are the file's name and the row's number.</summary>
    public static IEnumerable<TestVector> Generate(string name)
    {
        CaseWriter writer = new();
        int number = 0;
        foreach (Case c in Cases(name))
        {
            yield return writer.Write(string.Create(CultureInfo.InvariantCulture, $"{name}-{++number:d5}"), c);
        }
    }

    /// <summary>The deep level beyond the committed rows, streamed: all binary16 and bfloat16 inputs and random blocks.</summary>
    /// <param name="seed">Seed of the random blocks.</param>
    public static IEnumerable<TestVector> GenerateDeep(ulong seed)
    {
        CaseWriter writer = new();
        int number = 0;
        foreach (Case c in DeepCases(seed))
        {
            yield return writer.Write(string.Create(CultureInfo.InvariantCulture, $"deep-{seed:x}-{++number:d7}"), c) with { Level = Level.Deep };
        }
    }

    /// <summary>How many rows <see cref="GenerateDeep"/> gives.</summary>
    public static int DeepCount => ((ElementFormats.Mx.Length * 2) * DeepCodes * RoundingMode.Deterministic.Length) + (MxFormats.All.Length * DeepBlocks);

    private const int DeepCodes = 1 << 16;

    private const int DeepBlocks = 20_000;

    private static IEnumerable<Case> Cases(string name)
    {
        SplitMix random = new(Seed ^ Hash(name));
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        string format = dash < 0 ? "" : name[(dash + 1)..];
        return (dash < 0 ? name : name[..dash]) switch
        {
            "decode" => DecodeFormats.SelectMany(ElementCases.Decode),
            "encode" when format == "e8m0" => ElementCases.Cast(),
            "encode" => ElementCases.Encode(ElementFormats.Elements.First(f => f.Name == format)),
            "scale" => MxFormats.All.SelectMany(ScaleCases.Scale),
            "quantize" => BlockCases.Quantize(MxFormats.Find(format)!, random),
            "dequantize" => BlockCases.Dequantize(MxFormats.Find(format)!),
            "dot" when format == "models" => DotModelCases.All(),
            "dot" => DotCases.All(random),
            "pack" => PackingCases.All(random),
            _ => throw new InvalidOperationException($"no such file: {name}"),
        };
    }

    private static IEnumerable<Case> DeepCases(ulong seed)
    {
        foreach (ElementFormat format in ElementFormats.Mx)
        {
            foreach (ElementFormat from in new[] { ElementFormats.Binary16, ElementFormats.BFloat16 })
            {
                foreach (RoundingMode mode in RoundingMode.Deterministic)
                {
                    for (uint bits = 0; bits < DeepCodes; bits++)
                    {
                        yield return new(Operation.Encode, format.Name, $"from={from} rounding={mode} overflow=saturate", bits.ToString("x4", CultureInfo.InvariantCulture), Clauses.Fp8Conversion, "narrow-input");
                    }
                }
            }
        }

        SplitMix random = new(seed);
        foreach (BlockFormat format in MxFormats.All)
        {
            foreach (Case c in BlockCases.Random(format, random, DeepBlocks))
            {
                yield return c;
            }
        }
    }

    /// <summary>FNV-1a: a file's random operands do not depend on the files before it.</summary>
    internal static ulong Hash(string name) => name.Aggregate(0xCBF2_9CE4_8422_2325, (hash, c) => (hash ^ c) * 0x100_0000_01B3);
}
