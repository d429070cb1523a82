using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.P3109;

namespace Mxact.Conformance.Explanation;

/// <summary>What a format of the P3109 draft is, what a code of it is, and what a number becomes in it.</summary>
internal static class P3109Explanation
{
    /// <summary>What follows from the parameters in its name.</summary>
    public static IEnumerable<string> Format(P3109Format f)
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{f}: {f.Bits} bits, precision {f.Precision}, {(f.IsSigned ? "signed" : "unsigned")}, "
            + $"{(f.IsExtended ? "extended" : "finite")}; bias {f.Bias}, exponent field of {f.ExponentBits} bits, "
            + $"trailing significand field of {f.TrailingBits}");
        yield return $"NaN is {Hex(f, f.NaN)}"
            + (f.PositiveInfinity is { } inf ? $", +Inf {Hex(f, inf)}" : ", no +Inf")
            + (f.NegativeInfinity is { } minus ? $", -Inf {Hex(f, minus)}" : ", no -Inf");
        yield return $"finite from {Shown(f, f.MinFinite)} to {Shown(f, f.MaxFinite)}; least positive {Shown(f, 1)}, "
            + $"least normal {Shown(f, f.MinNormal)}, "
            + (f.Precision == 1 ? "no subnormals" : $"largest subnormal {Shown(f, f.MaxSubnormal)}");
        yield return $"follows the IEEE P3109 v{P3109SaturationTable.Version} draft";
    }

    /// <summary>A code, by its fields.</summary>
    public static IEnumerable<string> Code(P3109Format f, uint code)
    {
        yield return $"{f} {Shown(f, code)}";
        if (Codec.Decode(f, code) is { IsFinite: true, Finite.IsZero: false })
        {
            uint magnitude = code & ~f.SignMask;
            (uint e, uint t) = (magnitude >> f.TrailingBits, magnitude & ((1u << f.TrailingBits) - 1));
            yield return string.Create(CultureInfo.InvariantCulture, $"E = {e}, T = {t}, P = {f.Precision}, B = {f.Bias}: ")
                + (e == 0 ? "subnormal, T 2^(1-P) 2^(1-B)" : "normal, (1 + T 2^(1-P)) 2^(E-B)");
        }
    }

    /// <summary>A number under each rounding that takes no random bits, and each saturation.</summary>
    public static IEnumerable<string> Cast(P3109Format f, Number value)
    {
        yield return $"{value} in {f}, SatFinite | SatPropagate | SatNone";
        foreach (RoundingMode mode in P3109Projection.DeterministicModes)
        {
            yield return $"{new P3109Projection(mode, default).RoundingName}: " + string.Join(" | ", Enum.GetValues<P3109Saturation>()
                .Select(saturation => Shown(f, Projection.Project(f, new(mode, saturation), value))));
        }
    }

    private static string Shown(P3109Format f, uint code) => $"{Hex(f, code)} = {Codec.Decode(f, code)}";

    private static string Hex(P3109Format f, uint code) => code.ToString($"x{f.HexDigits}", CultureInfo.InvariantCulture);
}
