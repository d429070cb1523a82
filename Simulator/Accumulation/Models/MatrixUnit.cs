using System.Collections.Frozen;
using System.Collections.Immutable;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact;

/// <summary>
/// One row of the table of accumulation models: how some matrix unit, or some algorithm, computes d = c + sum a_k b_k.
/// It is data; <see cref="DotProduct"/> computes it. <see cref="MatrixUnits"/> is the table.
/// </summary>
public sealed record MatrixUnit
{
    /// <summary>The most products that one step may have.</summary>
    internal const int MaxL = 65536;

    /// <summary>The most fraction bits that an alignment may keep.</summary>
    internal const int MaxF = 80;

    private static readonly FrozenSet<string> Makers = FrozenSet.Create("nvidia", "amd", "arm", "risc-v", "intel");

    /// <summary>The name a user types.</summary>
    public required string Name { get; init => field = Arguments.Named(value, nameof(Name)); }

    /// <summary>The machine and the instruction, or what the model is for.</summary>
    public required string Hardware { get; init => field = Arguments.Given(value, nameof(Hardware)); }

    /// <summary>Who makes the machine, in lower case; <c>none</c> for an algorithm.</summary>
    public string Vendor => Hardware.Split(' ')[0].ToLowerInvariant() is var first && Makers.Contains(first) ? first : "none";

    /// <summary>Dot products recorded on hardware that this project was given and this row reproduces; 0 or more.</summary>
    public int RecordedRows => RecordedModels.RowsOf(Name);

    /// <summary>The kind of arithmetic.</summary>
    internal AccumulationFamily Family { get; init; }

    /// <summary>The formats A and B may have, mixed freely, the usual one first; empty for any format.</summary>
    public ImmutableArray<ElementFormat> Elements { get; init => field = Arguments.Listed(value, nameof(Elements)); } = [];

    /// <summary>The scales it takes; null for none.</summary>
    internal BlockScale? Scale { get; init; }

    /// <summary>Whether the scales may be left out.</summary>
    public bool ScaleIsOptional { get; init; }

    /// <summary>The outputs it has, the usual one first.</summary>
    internal ImmutableArray<ModelOutput> Outputs { get; init; } = [];

    /// <summary>The formats c and the result may have, the usual one first.</summary>
    public ImmutableArray<ElementFormat> OutputFormats => [.. Outputs.Select(output => output.Format)];

    /// <summary>
    /// L: products in one step. A longer K chains steps from left to right, the d of one being the c of the next; a shorter one, or
    /// a remainder, is padded with zeros. For periodic promotion, N: products between two promotions. 0: all of K at once.
    /// </summary>
    public int L { get; init => field = Arguments.Within(value, 0, int.MaxValue, nameof(L)); }

    /// <summary>F: fraction bits kept below the largest exponent when products are aligned. 0 where nothing is aligned.</summary>
    public int F { get; init => field = Arguments.Within(value, 0, MaxF, nameof(F)); }

    /// <summary>
    /// F2: fraction bits kept when the sum of products meets c (CDNA3), or below the leading bit of c (RDNA). 0 elsewhere.
    /// </summary>
    public int F2 { get; init => field = Arguments.Within(value, 0, MaxF, nameof(F2)); }

    /// <summary>G: products summed exactly before the scales are applied. 0 where there are no groups.</summary>
    public int G { get; init => field = Arguments.Within(value, 0, MaxL, nameof(G)); }

    /// <summary>FPMR.LSCALE: products are divided by 2 to it (Arm). 0 elsewhere.</summary>
    internal int LScale { get; init; }

    /// <summary>FPMR.OSM: a finite sum that overflows becomes the largest number (Arm).</summary>
    internal bool Saturates { get; init; }

    /// <summary>The model that periodic promotion restarts; null elsewhere.</summary>
    public MatrixUnit? Inner { get; init; }

    /// <summary>What supports the row, strongest first.</summary>
    public required ImmutableArray<Evidence> Evidence { get; init => field = Arguments.Listed(value, nameof(Evidence)); }

    /// <summary>What a user should know besides; empty when nothing.</summary>
    public string Notes { get; init => field = Arguments.Given(value, nameof(Notes)); } = "";

    /// <summary>Whether A and B may have this format.</summary>
    public bool Takes(ElementFormat element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return Elements.IsEmpty || Elements.Contains(element);
    }

    /// <summary>Whether the numbers make sense together: what a user changes with <c>with</c> may not.</summary>
    internal bool IsWhole => Family switch
    {
        AccumulationFamily.Exact or AccumulationFamily.FmaChain or AccumulationFamily.MulAddChain or AccumulationFamily.Pairwise
            or AccumulationFamily.Kahan => true,
        AccumulationFamily.PeriodicPromotion => L >= 1 && Inner is { IsWhole: true }
            && Outputs.All(output => Inner.Output(output.Format) is not null),
        AccumulationFamily.GroupedBlockScaled => L is >= 1 and <= MaxL && G >= 1 && L % G == 0 && Scale is not null
            && Scale.BlockSize % G == 0,
        AccumulationFamily.FlushedTree => L is >= 1 and <= MaxL && (L & (L - 1)) == 0,
        _ => L is >= 1 and <= MaxL && L % StepUnit == 0,
    };

    /// <summary>Whether a NaN's bits say where it came from: RDNA's do.</summary>
    internal bool IsRdna => Family is AccumulationFamily.Rdna3 or AccumulationFamily.Rdna4 or AccumulationFamily.Rdna4Wmma;

    /// <summary>What L is a multiple of: blocks, groups, and the products that a family takes together.</summary>
    internal int StepUnit => Family switch
    {
        AccumulationFamily.Rdna3 or AccumulationFamily.Rdna4 => 2,
        AccumulationFamily.Rdna4Wmma => 8,
        _ => Math.Max(Scale is null || ScaleIsOptional ? 1 : Scale.BlockSize, Math.Max(G, 1)),
    };

    /// <summary>The output of that format, or null.</summary>
    internal ModelOutput? Output(ElementFormat format)
    {
        foreach (ModelOutput output in Outputs)
        {
            if (output.Format == format)
            {
                return output;
            }
        }

        return null;
    }

    /// <summary>The output a user names <c>f32</c>, <c>fp32</c>, <c>f16</c>, <c>fp16</c> or <c>bf16</c>, or null.</summary>
    internal ModelOutput? Output(string name)
    {
        string format = name.ToLowerInvariant() switch
        {
            "f32" => ElementFormats.Binary32.Name,
            "f16" => ElementFormats.Binary16.Name,
            string other => other,
        };
        foreach (ModelOutput output in Outputs)
        {
            if (output.Format.Name == format)
            {
                return output;
            }
        }

        return null;
    }

    /// <summary>What supports one use of the model: HW for c = 0 and SIM for other c may both be there.</summary>
    public ImmutableArray<Evidence> EvidenceFor(ElementFormat a, ElementFormat b, ElementFormat output)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(output);
        return [.. Evidence.Where(evidence => evidence.Concerns(a, b, output))];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
