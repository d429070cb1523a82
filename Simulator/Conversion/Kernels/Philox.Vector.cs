using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>The words of many elements at once; the same bits as <see cref="Philox.Word"/>.</summary>
internal static unsafe class PhiloxVector
{
    private const uint M0 = 0xD2511F53;
    private const uint M1 = 0xCD9E8D57;
    private const uint W0 = 0x9E3779B9;
    private const uint W1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The truth table of a three-way exclusive or.</summary>
    private const byte Xor3 = 0x96;

    /// <summary>Writes the words of <paramref name="count"/> elements from <paramref name="first"/> on.</summary>
    /// <param name="first">Index of the first element.</param>
    /// <param name="count">How many.</param>
    /// <param name="seedLow">Low half of the key.</param>
    /// <param name="seedHigh">High half of the key.</param>
    /// <param name="words">Where they go.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Fill(ulong first, int count, uint seedLow, uint seedHigh, uint* words)
    {
        // Ten rounds' keys, each ready to be read into every lane.
        ulong* keys = stackalloc ulong[2 * Rounds];
        for (uint round = 0; round < Rounds; round++)
        {
            keys[2 * round] = seedLow + (round * W0);
            keys[(2 * round) + 1] = seedHigh + (round * W1);
        }

        uint* run = stackalloc uint[Philox.Run];
        int i = 0;
        while (i < count)
        {
            ulong element = first + (uint)i;
            int within = (int)(element % Philox.Run);
            int length = Math.Min(Philox.Run - within, count - i);
            bool whole = length == Philox.Run;
            FillRun(element / Philox.Run, keys, whole ? words + i : run);
            if (!whole)
            {
                new ReadOnlySpan<uint>(run + within, length).CopyTo(new Span<uint>(words + i, length));
            }

            i += length;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillRun(ulong run, ulong* keys, uint* words)
    {
        ulong counter = run << 4;
        if (Avx512F.IsSupported)
        {
            Run512(counter, keys, words);
        }
        else if (Avx2.IsSupported)
        {
            Run256(counter, keys, words);
            Run256(counter + 8, keys, words + 8);
        }
        else
        {
            for (uint i = 0; i < Philox.Run; i++)
            {
                words[i] = Philox.Word((run * Philox.Run) + i, (uint)keys[0], (uint)keys[1]);
            }
        }
    }

    /// <summary>
    /// Words live in the low halves of 64-bit lanes, whose upper halves hold what they like: the multiplication reads low halves only. Two
    /// streams, even and odd counters, interleave by a shift at the end; the processor runs one call's beside the next one's.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run512(ulong counter, ulong* keys, uint* words)
    {
        Vector512<uint> m0 = Vector512.Create(M0);
        Vector512<uint> m1 = Vector512.Create(M1);

        // The counter's upper words are the same in all lanes, so the first two rounds are half scalar.
        ulong same = ((counter >> 32) ^ keys[0]) * M0;
        Vector512<ulong> key = Vector512.Create((same >> 32) ^ keys[3]);
        Vector512<ulong> a0 = Vector512.Create(0ul, 2, 4, 6, 8, 10, 12, 14) + Vector512.Create(counter);
        (Vector512<ulong> b0, Vector512<ulong> b1, Vector512<ulong> b2) = FirstRounds(a0 + Vector512.Create(1ul), keys, key);
        (a0, Vector512<ulong> a1, Vector512<ulong> a2) = FirstRounds(a0, keys, key);
        Vector512<ulong> a3 = Vector512.Create(same), b3 = a3;
        for (int round = 2; round < Rounds; round++)
        {
            Vector512<ulong> key0 = Vector512.Create(keys[2 * round]);
            Vector512<ulong> key1 = Vector512.Create(keys[(2 * round) + 1]);
            Vector512<ulong> p0 = Avx512F.Multiply(a0.AsUInt32(), m0);
            Vector512<ulong> p1 = Avx512F.Multiply(a2.AsUInt32(), m1);
            Vector512<ulong> q0 = Avx512F.Multiply(b0.AsUInt32(), m0);
            Vector512<ulong> q1 = Avx512F.Multiply(b2.AsUInt32(), m1);
            a0 = Avx512F.TernaryLogic(p1 >> 32, a1, key0, Xor3);
            a2 = Avx512F.TernaryLogic(p0 >> 32, a3, key1, Xor3);
            b0 = Avx512F.TernaryLogic(q1 >> 32, b1, key0, Xor3);
            b2 = Avx512F.TernaryLogic(q0 >> 32, b3, key1, Xor3);
            (a1, a3, b1, b3) = (p1, p0, q1, q0);
        }

        Interleave(a0, b0).Store(words);
        Interleave(a1, b1).Store(words + 16);
        Interleave(a2, b2).Store(words + 32);
        Interleave(a3, b3).Store(words + 48);
    }

    /// <summary>Words 0, 1 and 2 after two rounds, from word 0, the others being 0 or the same in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ulong> X0, Vector512<ulong> X1, Vector512<ulong> X2) FirstRounds(Vector512<ulong> c0, ulong* keys,
        Vector512<ulong> key)
    {
        Vector512<ulong> p0 = Avx512F.Multiply(c0.AsUInt32(), Vector512.Create(M0));
        Vector512<ulong> c2 = (p0 >> 32) ^ Vector512.Create(keys[1]);
        Vector512<ulong> p1 = Avx512F.Multiply(c2.AsUInt32(), Vector512.Create(M1));
        return ((p1 >> 32) ^ Vector512.Create(keys[2]), p1, p0 ^ key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Interleave(Vector512<ulong> even, Vector512<ulong> odd)
        => Avx512F.TernaryLogic(Vector512.Create(0xFFFFFFFF00000000ul), odd << 32, even, 0xCA).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run256(ulong counter, ulong* keys, uint* words)
    {
        Vector256<uint> m0 = Vector256.Create(M0);
        Vector256<uint> m1 = Vector256.Create(M1);
        Vector256<ulong> even = Vector256.Create(0ul, 2, 4, 6) + Vector256.Create(counter);
        ulong same = ((counter >> 32) ^ keys[0]) * M0;
        Vector256<ulong> key = Vector256.Create((same >> 32) ^ keys[3]);
        (Vector256<ulong> a0, Vector256<ulong> a1, Vector256<ulong> a2) = FirstRounds(even, keys, key);
        (Vector256<ulong> b0, Vector256<ulong> b1, Vector256<ulong> b2) = FirstRounds(even + Vector256.Create(1ul), keys, key);
        Vector256<ulong> a3 = Vector256.Create(same), b3 = a3;
        for (int round = 2; round < Rounds; round++)
        {
            Vector256<ulong> key0 = Vector256.Create(keys[2 * round]);
            Vector256<ulong> key1 = Vector256.Create(keys[(2 * round) + 1]);
            Vector256<ulong> p0 = Avx2.Multiply(a0.AsUInt32(), m0);
            Vector256<ulong> p1 = Avx2.Multiply(a2.AsUInt32(), m1);
            Vector256<ulong> q0 = Avx2.Multiply(b0.AsUInt32(), m0);
            Vector256<ulong> q1 = Avx2.Multiply(b2.AsUInt32(), m1);
            a0 = (p1 >> 32) ^ (a1 ^ key0);
            a2 = (p0 >> 32) ^ (a3 ^ key1);
            b0 = (q1 >> 32) ^ (b1 ^ key0);
            b2 = (q0 >> 32) ^ (b3 ^ key1);
            (a1, a3, b1, b3) = (p1, p0, q1, q0);
        }

        Avx2.Blend(a0.AsUInt32(), (b0 << 32).AsUInt32(), 0b10101010).Store(words);
        Avx2.Blend(a1.AsUInt32(), (b1 << 32).AsUInt32(), 0b10101010).Store(words + 16);
        Avx2.Blend(a2.AsUInt32(), (b2 << 32).AsUInt32(), 0b10101010).Store(words + 32);
        Avx2.Blend(a3.AsUInt32(), (b3 << 32).AsUInt32(), 0b10101010).Store(words + 48);
    }

    /// <summary>Words 0, 1 and 2 after two rounds, as above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong> X0, Vector256<ulong> X1, Vector256<ulong> X2) FirstRounds(Vector256<ulong> c0, ulong* keys,
        Vector256<ulong> key)
    {
        Vector256<ulong> p0 = Avx2.Multiply(c0.AsUInt32(), Vector256.Create(M0));
        Vector256<ulong> c2 = (p0 >> 32) ^ Vector256.Create(keys[1]);
        Vector256<ulong> p1 = Avx2.Multiply(c2.AsUInt32(), Vector256.Create(M1));
        return ((p1 >> 32) ^ Vector256.Create(keys[2]), p1, p0 ^ key);
    }
}
