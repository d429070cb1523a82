using System.Numerics;
using System.Runtime.Intrinsics;

namespace Mxact.Simulator.Product;

/// <summary>A scale code as the grouped kernel uses it; a zero has the bounds of nothing.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Unit">The power of two that divides it.</param>
/// <param name="Power">2^e of its field exponent.</param>
/// <param name="Declined">Not zero for NaN and for exponents far out.</param>
/// <param name="IsNaN">True for NaN.</param>
internal readonly record struct GroupScale(float Value, float Unit, float Power, int Declined, bool IsNaN)
{
    /// <summary>
    /// The largest norm of a group of unscaled elements: four times 12, in halves. One part in a thousand covers this bound's own
    /// roundings.
    /// </summary>
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
                ? new(0, float.MaxValue, 0, declined ? 1 : 0, scale.Kind == ElementKind.NaN)
                : new(
                    MathF.ScaleB(scale.Significand, exponent),
                    MathF.ScaleB(1, exponent + BitOperations.TrailingZeroCount(scale.Significand)),
                    MathF.ScaleB(1, scale.Exponent),
                    0,
                    false);
        }

        return table;
    }

    /// <summary>The four scales of a step of a row and their bounds; false when one is declined.</summary>
    public static bool Load(CodeRows from, ReadOnlySpan<GroupScale> table, int row, int step, out Vector128<float> values,
        out GroupBounds bounds)
    {
        uint codes = Codes(from, row, step);
        ref readonly GroupScale s0 = ref table[(int)(codes & 0xFF)];
        ref readonly GroupScale s1 = ref table[(int)((codes >> 8) & 0xFF)];
        ref readonly GroupScale s2 = ref table[(int)((codes >> 16) & 0xFF)];
        ref readonly GroupScale s3 = ref table[(int)(codes >> 24)];
        values = Vector128.Create(s0.Value, s1.Value, s2.Value, s3.Value);
        bounds = new(
            float.MinNative(float.MinNative(s0.Unit, s1.Unit), float.MinNative(s2.Unit, s3.Unit)),
            GroupNorm * MathF.Sqrt(Vector128.Dot(values, values)),
            float.MaxNative(float.MaxNative(s0.Power, s1.Power), float.MaxNative(s2.Power, s3.Power)));
        return (s0.Declined | s1.Declined | s2.Declined | s3.Declined) == 0 || OnlyZerosAreDeclined(from, table, row, step, codes);
    }

    /// <summary>
    /// A quantiser gives a block of zeros the smallest scale there is: no number is scaled by it, and it may count as zero.
    /// </summary>
    private static bool OnlyZerosAreDeclined(CodeRows from, ReadOnlySpan<GroupScale> table, int row, int step, uint codes)
    {
        for (int group = 0; group < PackedGroupRows.Groups; group++)
        {
            GroupScale scale = table[(int)((codes >> (8 * group)) & 0xFF)];
            int firstWord = ((step * PackedGroupRows.Terms) + (group * StepUnit.GroupSize)) / sizeof(int);
            int any = 0;
            for (int word = firstWord; word < firstWord + (StepUnit.GroupSize / sizeof(int)); word++)
            {
                any |= from.Word(row, word) & 0x07070707;
            }

            if (scale.Declined != 0 && (scale.IsNaN || any != 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The scale codes of the four groups of a step of a row, beyond its end those of the last block.</summary>
    private static uint Codes(CodeRows from, int row, int step)
    {
        int first = step * PackedGroupRows.Terms;
        return from.ScaleCodeAt(row, first)
            | ((uint)from.ScaleCodeAt(row, first + 16) << 8)
            | ((uint)from.ScaleCodeAt(row, first + 32) << 16)
            | ((uint)from.ScaleCodeAt(row, first + 48) << 24);
    }
}
