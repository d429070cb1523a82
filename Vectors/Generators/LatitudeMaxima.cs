using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Maxima of a block at which a choice about scales begins to matter, with the rule under which it can.</summary>
internal static class LatitudeMaxima
{
    private const int MostThatDiffer = 16;
    private const int MostThatDoNot = 8;

    private static readonly string[] RulesThatAdd = ["ceil", "round-up", "even"];
    private static readonly uint[] AtTheTop = [0x7EFF_FFFF, 0x7F00_0000, 0x7F00_0001, 0x7F7F_FFFF];

    /// <summary>The maxima for <c>id=choice</c>; none where it has nothing to do with them.</summary>
    public static IEnumerable<(string Rule, uint Bits)> Of(ElementFormat element, string choice) => LatitudeCases.IdOf(choice) switch
    {
        "zero-block" => [("floor", 0), ("floor", 1), ("round-up", 0)],
        "scale-underflow" => [.. from e in new[] { -130, -129, -128, -127, -126 }
                                 from bits in Ends(element.EMax + e)
                                 select ("floor", bits)],

        // Only where emax = 0 and a rule adds one does a scale leave the range.
        "scale-overflow" when element.EMax == 0 => [.. from rule in RulesThatAdd
                                                       from bits in AtTheTop
                                                       select (rule, bits)],
        "scale-arithmetic" => Arithmetic(element, choice),
        _ => [],
    };

    /// <summary>2^e and the last number below 2^(e + 1).</summary>
    private static IEnumerable<uint> Ends(int e)
    {
        uint first = Binary32.Round(Dyadic.PowerOfTwo(e));
        uint last = Binary32.Round(Dyadic.PowerOfTwo(e + 1)) - 1;
        return first == last ? [first] : [first, last];
    }

    /// <summary>Numbers around max normal times a power of two and around powers of two: those that differ, and some that do not.</summary>
    private static IEnumerable<(string Rule, uint Bits)> Arithmetic(ElementFormat element, string choice)
    {
        ConversionPolicy inexact = ConversionPolicy.Ocp.With("scale-arithmetic",
            choice[(choice.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        string[] rules = inexact.ScaleArithmetic switch
        {
            ScaleArithmetic.Binary32Bits => ["even"],
            ScaleArithmetic.Binary32Divide or ScaleArithmetic.Binary32Multiply => ["round-up"],
            ScaleArithmetic.Binary32Field => ["round-up", "floor"],
            ScaleArithmetic.Binary32Log2 => ["floor"],
            _ => throw new InvalidOperationException($"no rule for {choice}"),
        };
        foreach (string rule in rules)
        {
            int differ = 0;
            int alike = 0;
            foreach (uint bits in Candidates(element, rule))
            {
                bool matters = Scale(inexact) != Scale(ConversionPolicy.Ocp);
                if (matters ? differ++ < MostThatDiffer : alike++ < MostThatDoNot)
                {
                    yield return (rule, bits);
                }

                byte Scale(ConversionPolicy policy)
                    => ScaleSelection.Select(MxFormats.Of(element), Binary32.Decode(bits).Finite, policy.With("scale-rule", rule)).Code;
            }
        }
    }

    private static IEnumerable<uint> Candidates(ElementFormat element, string rule)
    {
        Dyadic around = rule == "floor" ? Dyadic.PowerOfTwo(element.EMax)
            : rule == "round-up" ? Inputs.OnGrid(element, element.MaxMagnitude)
            : Dyadic.PowerOfTwo(element.EMax + 1) - Dyadic.PowerOfTwo(element.EMax - element.MantissaBits - 1);
        foreach (int power in new[] { -128, -127, -126, -125, -64, -16, 0, 3, 64, 127 - element.EMax })
        {
            uint bits = Binary32.Round(around.Scale(power));
            foreach (int step in new[] { 0, -1, 1, -2, 2, -3, -5, -9, -45 })
            {
                long beside = (long)bits + step;
                if (beside is > 0 and < Inputs.Infinity)
                {
                    yield return (uint)beside;
                }
            }
        }

        // In even's last binade an integer addition carries into the infinities.
        yield return 0x7F7F_FFFF;
    }
}
