using System.Collections.Immutable;
using System.Globalization;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Exact;

namespace Mxact.Explorer.Dots;

/// <summary>A step of a dot product, in words and as bits under each other.</summary>
public sealed class StepShown
{
    /// <summary>Columns that are drawn.</summary>
    private const int MostColumns = 72;

    private readonly DotStep step;
    private readonly ElementFormat output;

    internal StepShown(DotStep step, ElementFormat output) => (this.step, this.output) = (step, output);

    /// <summary>Its products.</summary>
    public string Products => step.Count == 1 ? Text(step.First) : $"{Text(step.First)} to {Text(step.First + step.Count - 1)}";

    /// <summary>Bits of the sum after it.</summary>
    public string After => step.After.ToString("x" + output.HexDigits, CultureInfo.InvariantCulture);

    /// <summary>The sum after it.</summary>
    public string Result => step.Result.ToString();

    /// <summary>The exact sum that the step had to make.</summary>
    public string Exact => step.Exact.ToString();

    /// <summary>What fell off in it.</summary>
    public string Lost => step.Lost is { } lost ? lost.ToString() : "-";

    /// <summary>Whether anything did.</summary>
    public bool HasLost => step.Lost is { IsZero: false };

    /// <summary>Where alignment cuts, or null.</summary>
    public string? Cut => step.Quantum is { } quantum ? Dyadic.PowerOfTwo(quantum).ToString() : null;

    /// <summary>The bits.</summary>
    public ImmutableArray<BitRow> Rows
    {
        get
        {
            (int high, int low) = Columns();
            int quantum = step.Quantum ?? int.MinValue / 2;
            ImmutableArray<BitRow>.Builder rows = ImmutableArray.CreateBuilder<BitRow>();
            rows.AddRange(step.Terms.Select(term => BitRow.Of(Label(term), term.Value, high, low, quantum)));
            rows.Add(BitRow.Of("exact sum", step.Exact, high, low, int.MinValue / 2));
            rows.Add(BitRow.Of("result", step.Result, high, low, int.MinValue / 2));
            if (step.Lost is { } lost)
            {
                rows.Add(BitRow.Of("fell off", lost, high, low, int.MaxValue / 2));
            }

            return rows.ToImmutable();
        }
    }

    /// <summary>What stands over the columns.</summary>
    public string Scale
    {
        get
        {
            (int high, int low) = Columns();
            return $"columns 2^{Text(high)} to 2^{Text(low)}"
                + (Lowest() < low ? $", lower bits down to 2^{Text(Lowest())} not drawn" : "");
        }
    }

    private IEnumerable<Dyadic> Numbers => step.Terms.Select(term => term.Value).Append(step.Exact).Append(step.Result)
        .Where(number => number.IsFinite && !number.Finite.IsZero).Select(number => number.Finite);

    private (int High, int Low) Columns()
    {
        int high = Numbers.Select(number => number.FloorLog2).DefaultIfEmpty(0).Max();
        return (high, Math.Max(Lowest(), high - MostColumns + 1));
    }

    private int Lowest() => Numbers.Select(number => number.LastBit).DefaultIfEmpty(0).Min();

    private static string Label(DotTerm term) => term.Count == 0 ? "sum before"
        : term.Count == 1 ? $"product {Text(term.First)}" : $"group {Text(term.First)} to {Text(term.First + term.Count - 1)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
