namespace Mxact;

/// <summary>Numbers to try things on, the same from one seed. Their last bit is that of the platform's logarithm.</summary>
public static class Sample
{
    /// <summary>Standard normal numbers, by the polar method from a 64-bit counter generator.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="seed">Another seed, other numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or more than an array holds.</exception>
    public static float[] Normal(int count, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength);
        float[] values = new float[count];
        ulong state = seed;
        for (int i = 0; i < count;)
        {
            double u = Uniform(ref state);
            double v = Uniform(ref state);
            double square = (u * u) + (v * v);
            if (square is >= 1 or 0)
            {
                continue;
            }

            double factor = Math.Sqrt(-2 * Math.Log(square) / square);
            values[i++] = (float)(u * factor);
            if (i < count)
            {
                values[i++] = (float)(v * factor);
            }
        }

        return values;
    }

    /// <summary>In (-1, 1), by SplitMix64 (Steele et al., OOPSLA 2014).</summary>
    private static double Uniform(ref ulong state)
    {
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        z ^= z >> 31;
        return ((z >> 11) * (2.0 / (1ul << 53))) - 1;
    }
}
