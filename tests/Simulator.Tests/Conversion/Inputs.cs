namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Binary32 inputs that reach what goes wrong: ties, thresholds, ends of ranges, special values, by block.</summary>
internal static class Inputs
{
    private const int K = 32;

    /// <summary>A reproducible stream of 32-bit words.</summary>
    public static uint Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (uint)((z ^ (z >> 31)) >> 32);
    }

    /// <summary>Random bits: every exponent, NaNs and infinities as often as they come.</summary>
    public static uint[] AnyBits(int count, ulong seed)
    {
        uint[] values = new uint[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Next(ref seed);
        }

        return values;
    }

    /// <summary>
    /// Blocks around one exponent each, from far below binary32's normal range to its top, with short significands that tie often, some
    /// zeros, and few specials.
    /// </summary>
    public static uint[] Blocks(int count, ulong seed)
    {
        uint[] values = new uint[count];
        int centre = 127;
        uint style = 0;
        for (int i = 0; i < count; i++)
        {
            if (i % K == 0)
            {
                uint pick = Next(ref seed);
                style = pick & 7;
                centre = (pick >> 8) % 4 == 0 ? (int)((pick >> 16) % 255) : 100 + (int)((pick >> 16) % 60);
            }

            uint r = Next(ref seed);
            int spread = style switch { 0 => 0, 1 => 2, 2 => 40, _ => 10 };
            int field = Math.Clamp(centre - (spread == 0 ? 0 : (int)((r >> 1) % (uint)(spread + 1))), 0, 254);
            uint mantissa = style switch
            {
                3 or 4 => (Next(ref seed) >> 9) & 0x7F0000,
                5 => ((Next(ref seed) >> 9) & 0x7C0000) + (Next(ref seed) % 3) - 1,
                _ => Next(ref seed) >> 9,
            };
            uint bits = ((uint)field << 23) | (mantissa & 0x7FFFFF);
            uint rare = Next(ref seed);
            bits = (rare & 0x3F) == 0 ? 0 : bits;
            bits = (rare & 0x3FFFF) == 1 ? 0x7F800000 : (rare & 0x3FFFF) == 2 ? 0x7F800001 | mantissa : bits;
            values[i] = bits | (r & 0x80000000);
        }

        return values;
    }

    /// <summary>
    /// One block for each threshold of the significand and its neighbours, at exponents along the whole range, ends included; then
    /// special values at each position.
    /// </summary>
    public static uint[] Adversarial(ElementFormat element)
    {
        List<uint> values = [];
        ulong seed = 1;
        List<uint> significands = [0, 1, 0x7FFFFF, 0x7FFFFE, 0x400000];
        foreach (ScaleRule rule in ScaleRule.PowerOfTwo)
        {
            if (rule.IsThreshold)
            {
                uint t = rule.ThresholdFor(element).Significand;
                significands.AddRange([(t - 1) & 0x7FFFFF, t & 0x7FFFFF, (t + 1) & 0x7FFFFF]);
            }
        }

        foreach (int field in new[] { 0, 1, 2, 7, 8, 9, 10, 15, 20, 24, 30, 31, 32, 33, 40, 41, 100, 126, 127, 128, 150, 199, 200, 201, 230,
            240, 250, 251, 252, 253, 254 })
        {
            foreach (uint significand in significands)
            {
                uint amax = ((uint)field << 23) | significand;
                for (int i = 0; i < K; i++)
                {
                    // Below amax by up to 25 binades, at short significands (ties) and their neighbours.
                    uint r = Next(ref seed);
                    uint below = Math.Min(amax, (uint)((i % 26) + 1) << 23);
                    uint bits = (amax - below) & 0xFFF00000;
                    bits = i == 17 ? amax : i == 3 ? 0 : (i % 3) switch { 0 => bits, 1 => bits + (r & 0xF0000), _ => bits + (r & 3) };
                    values.Add(Math.Min(bits, amax) | (r & 0x80000000));
                }
            }
        }

        foreach (uint special in new uint[] { 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFFFFFFF, 0x7FFF8000 })
        {
            for (int at = 0; at < K; at++)
            {
                for (int i = 0; i < K; i++)
                {
                    uint r = Next(ref seed);
                    values.Add(i == at ? special : 0x3F000000 + (r & 0x80FFFFFF));
                }
            }
        }

        // Both at once, blocks of zeros of both signs, and blocks of specials only.
        foreach (uint first in new uint[] { 0x7F800000, 0, 0x80000000, 0xFFC00001 })
        {
            foreach (uint rest in new uint[] { 0x7FC00000, 0x80000000, 0, 0xFF800000, 1, 0x80000001 })
            {
                for (int i = 0; i < K; i++)
                {
                    values.Add(i == 5 ? first : rest);
                }
            }
        }

        return [.. values];
    }
}
