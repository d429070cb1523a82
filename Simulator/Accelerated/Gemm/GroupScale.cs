using System.Numerics;
using System.Runtime.Intrinsics;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>A scale code as the grouped kernel uses it; a zero has the bounds of nothing.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Unit">The power of two that divides it.</param>
/// <param name="Power">2^e of its field exponent.</param>
/// <param name="Declined">One for NaN and for exponents far out, zero for the others.</param>
internal readonly record struct GroupScale(float Value, float Unit, float Power, int Declined)
{
    /// <summary>The largest norm of a group of unscaled elements: four times 12, in halves. One part in a thousand covers this bound's own roundings.</summary>
    private const float GroupNorm = 48 * 1.001f;

    /// <summary>All codes of a scale format.</summary>
    public static GroupScale[] Table(ScaleFormat? format)
    {
        GroupScale[] table = new GroupScale[256];
        for (int code = 0; code < table.Length; code++)
        {
            DecodedElement scale = format is null ? DecodedElement.UnitScale : DecodedElement.OfScale(format, (byte)code);
            int exponent = scale.Exponent - DecodedElement.ScaleFractionBits;
            bool declined = scale.Kind == ElementKind.NaN || Math.Abs((int)scale.Exponent) > PackedGroupRows.MaxScaleExponent;
            table[code] = declined || scale.Significand == 0
                ? new(0, float.MaxValue, 0, declined ? 1 : 0)
                : new(
                    MathF.ScaleB(scale.Significand, exponent),
                    MathF.ScaleB(1, exponent + BitOperations.TrailingZeroCount(scale.Significand)),
                    MathF.ScaleB(1, scale.Exponent),
                    0);
        }

        return table;
    }

    /// <summary>The four scales of a step and their bounds; false when one is declined.</summary>
    public static bool Load(ReadOnlySpan<GroupScale> table, uint codes, out Vector128<float> values, out GroupBounds bounds)
    {
        ref readonly GroupScale s0 = ref table[(int)(codes & 0xFF)];
        ref readonly GroupScale s1 = ref table[(int)((codes >> 8) & 0xFF)];
        ref readonly GroupScale s2 = ref table[(int)((codes >> 16) & 0xFF)];
        ref readonly GroupScale s3 = ref table[(int)(codes >> 24)];
        values = Vector128.Create(s0.Value, s1.Value, s2.Value, s3.Value);
        bounds = new(
            float.MinNative(float.MinNative(s0.Unit, s1.Unit), float.MinNative(s2.Unit, s3.Unit)),
            GroupNorm * MathF.Sqrt(Vector128.Dot(values, values)),
            float.MaxNative(float.MaxNative(s0.Power, s1.Power), float.MaxNative(s2.Power, s3.Power)));
        return (s0.Declined | s1.Declined | s2.Declined | s3.Declined) == 0;
    }

    /// <summary>The scale codes of the four groups of a step of a row, beyond its end those of the last block.</summary>
    public static uint Codes(CodeRows from, int row, int step)
    {
        int first = step * PackedGroupRows.Terms;
        return from.ScaleCodeAt(row, first)
            | ((uint)from.ScaleCodeAt(row, first + 16) << 8)
            | ((uint)from.ScaleCodeAt(row, first + 32) << 16)
            | ((uint)from.ScaleCodeAt(row, first + 48) << 24);
    }
}
