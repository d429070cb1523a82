using System.Numerics;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>A scale code as the grouped kernel uses it.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Unit">The power of two that divides it.</param>
/// <param name="Power">2^e of its field exponent.</param>
/// <param name="Declined">True for NaN and for exponents far out.</param>
internal readonly record struct GroupScale(float Value, float Unit, float Power, bool Declined)
{
    /// <summary>The largest norm of a group of unscaled elements: four times 12, in halves.</summary>
    private const float GroupNorm = 48;

    /// <summary>All codes of a scale format.</summary>
    public static GroupScale[] Table(ScaleFormat? format)
    {
        GroupScale[] table = new GroupScale[256];
        for (int code = 0; code < table.Length; code++)
        {
            DecodedElement scale = format is null ? DecodedElement.UnitScale : DecodedElement.OfScale(format, (byte)code);
            if (scale.Kind == ElementKind.NaN || Math.Abs((int)scale.Exponent) > PackedGroupRows.MaxScaleExponent)
            {
                table[code] = new(0, 1, 0, true);
            }
            else if (scale.Significand != 0)
            {
                int exponent = scale.Exponent - DecodedElement.ScaleFractionBits;
                table[code] = new(
                    MathF.ScaleB(scale.Significand, exponent),
                    MathF.ScaleB(1, exponent + BitOperations.TrailingZeroCount(scale.Significand)),
                    MathF.ScaleB(1, scale.Exponent),
                    false);
            }
        }

        return table;
    }

    /// <summary>The four scales of a step of a row and their bounds; false when one is declined.</summary>
    public static unsafe bool Load(CodeRows from, ReadOnlySpan<GroupScale> table, int row, int step, float* to, out GroupBounds bounds)
    {
        bool taken = true;
        float unit = float.MaxValue;
        float power = 0;
        float squares = 0;
        for (int group = 0; group < PackedGroupRows.Groups; group++)
        {
            GroupScale scale = table[from.ScaleCodeAt(row, (step * PackedGroupRows.Terms) + (group * MatrixUnit.GroupSize))];
            taken &= !scale.Declined;
            to[group] = scale.Value;
            squares += scale.Value * scale.Value;
            if (scale.Value != 0)
            {
                unit = Math.Min(unit, scale.Unit);
                power = Math.Max(power, scale.Power);
            }
        }

        // One part in a thousand covers the roundings of this bound itself.
        bounds = new(unit, GroupNorm * 1.001f * MathF.Sqrt(squares), power);
        return taken;
    }
}
