using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;

namespace Mxact.Simulator.Conversion;

/// <summary>One input that a backend encodes otherwise than the reference.</summary>
/// <param name="Input">Binary32 bits.</param>
/// <param name="Expected">The reference's code.</param>
/// <param name="Got">The backend's.</param>
internal readonly record struct SweepMismatch(uint Input, byte Expected, byte Got);

/// <summary>What a chunk of a sweep found.</summary>
/// <param name="Chunk">Which one.</param>
/// <param name="Mismatches">How many inputs differ.</param>
/// <param name="First">The first of them; meaningless without any.</param>
internal readonly record struct SweepChunk(int Chunk, long Mismatches, SweepMismatch First);

/// <summary>
/// Proof by exhaustion: all 2^32 binary32 inputs through a backend's element encoder at scale 1, against the exact reference. The
/// reference is too slow for that, but its code is a step function of the magnitude on either side of zero: its breakpoints are
/// found by bisection, and every input is compared with the step it lies on.
/// </summary>
/// <remarks>Chunks are independent, so a sweep resumes where it stopped: the caller keeps the numbers of those that are done.</remarks>
internal sealed unsafe class Sweep
{
    /// <summary>Chunks of a whole sweep.</summary>
    public const int Chunks = 256;

    /// <summary>Inputs of a chunk.</summary>
    public const long ChunkInputs = (1L << 32) / Chunks;

    private const uint Infinity = Kernels.ElementCodec.Infinity;
    private const uint SignBit = 0x80000000;

    private readonly ElementConverter converter;
    private readonly int tileInputs;
    private readonly uint[] starts;
    private readonly byte[] codes;

    /// <summary>Prepares a sweep: takes the breakpoints from the reference.</summary>
    /// <param name="element">The element format.</param>
    /// <param name="policy">Its rounding, overflow and special values. Not stochastic: then the code is no function of the input.</param>
    /// <param name="backend">Whose encoder.</param>
    /// <exception cref="NotSupportedException">No kernel computes this, or the backend is not available.</exception>
    public Sweep(ElementFormat element, ConversionPolicy policy, Backend backend)
    {
        converter = ElementConverter.Create(element, policy, backend);
        if (converter.Backend == Backend.Reference)
        {
            throw new NotSupportedException(ElementConverter.Unsupported(element,
                policy) ?? "a sweep compares with the reference: it has nothing to tell of the reference itself");
        }

        if (policy.Rounding.IsStochastic)
        {
            throw new NotSupportedException("a stochastic mode has no step function");
        }

        // A processor's tiles stay in its first cache; a device wants many threads at once.
        tileInputs = !Backends.IsDevice(backend) ? 1 << 12 : 1 << 22;
        List<(uint Start, byte Code)> steps = [];
        foreach (uint sign in (ReadOnlySpan<uint>)[0, SignBit])
        {
            AddSteps(steps, sign, sign + Infinity - 1, element, policy);
            steps.Add((sign + Infinity, Code(element, policy, sign + Infinity)));
            steps.Add((sign + Infinity + 1, Code(element, policy, sign + Infinity + 1)));
        }

        starts = [.. steps.Select(s => s.Start)];
        codes = [.. steps.Select(s => s.Code)];
    }

    /// <summary>Steps of the reference's function, both signs and special values.</summary>
    public int Steps => starts.Length;

    /// <summary>Runs chunks, by default all, and returns what each found, in order.</summary>
    /// <param name="chunks">Which ones; null means all.</param>
    /// <param name="threads">Threads at most; 0 means one a processor.</param>
    /// <param name="progress">Told of each chunk when it is done, from the thread that did it.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public IReadOnlyList<SweepChunk> Run(IReadOnlyList<int>? chunks = null, int threads = 0, Action<SweepChunk>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        chunks ??= [.. Enumerable.Range(0, Chunks)];
        SweepChunk[] results = new SweepChunk[chunks.Count];
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads,
            CancellationToken = cancellation
        };
        Parallel.For(0, chunks.Count, options, i =>
        {
            results[i] = Check(chunks[i]);
            progress?.Invoke(results[i]);
        });
        return results;
    }

    /// <summary>Runs one chunk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 255.</exception>
    public SweepChunk Check(int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, Chunks);
        uint* inputs = (uint*)NativeMemory.AlignedAlloc((nuint)tileInputs * (sizeof(uint) + 2), 64);
        try
        {
            return Check(chunk, new(inputs, tileInputs), new(inputs + tileInputs, tileInputs),
                new((byte*)(inputs + tileInputs) + tileInputs, tileInputs));
        }
        finally
        {
            NativeMemory.AlignedFree(inputs);
        }
    }

    private SweepChunk Check(int chunk, Span<uint> inputs, Span<byte> got, Span<byte> expected)
    {
        long mismatches = 0;
        SweepMismatch first = default;
        int step = Array.BinarySearch(starts, (uint)(chunk * ChunkInputs));
        step = step < 0 ? ~step - 1 : step;
        for (long tile = chunk * ChunkInputs; tile < (chunk + 1) * ChunkInputs; tile += inputs.Length)
        {
            Count(inputs, (uint)tile);
            converter.Encode(inputs, got);
            step = Expect(expected, tile, step);
            if (got.SequenceEqual(expected))
            {
                continue;
            }

            for (int i = 0; i < got.Length; i++)
            {
                if (got[i] != expected[i] && mismatches++ == 0)
                {
                    first = new(inputs[i], expected[i], got[i]);
                }
            }
        }

        return new(chunk, mismatches, first);
    }

    /// <summary>Fills a tile with the codes of the steps it lies on; returns the last one.</summary>
    private int Expect(Span<byte> expected, long tile, int step)
    {
        int filled = 0;
        while (filled < expected.Length)
        {
            long end = step + 1 < starts.Length ? starts[step + 1] : 1L << 32;
            int until = (int)Math.Min(expected.Length, end - tile);
            expected[filled..until].Fill(codes[step]);
            filled = until;
            if (tile + until == end && step + 1 < starts.Length)
            {
                step++;
            }
        }

        return step;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Count(Span<uint> inputs, uint first)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = first + (uint)i;
        }
    }

    /// <summary>
    /// The steps from <paramref name="low"/> to <paramref name="high"/>: where both ends have one code, so has everything between, the
    /// code being monotone in the magnitude.
    /// </summary>
    private static void AddSteps(List<(uint Start, byte Code)> steps, uint low, uint high, ElementFormat element, ConversionPolicy policy)
    {
        byte code = Code(element, policy, low);
        steps.Add((low, code));
        byte last = Code(element, policy, high);
        while (code != last)
        {
            // The first input beyond this step.
            uint inside = low;
            uint outside = high;
            while (outside - inside > 1)
            {
                uint middle = inside + ((outside - inside) / 2);
                if (Code(element, policy, middle) == code)
                {
                    inside = middle;
                }
                else
                {
                    outside = middle;
                }
            }

            low = outside;
            code = Code(element, policy, low);
            steps.Add((low, code));
        }
    }

    private static byte Code(ElementFormat element, ConversionPolicy policy, uint input)
        => (byte)ReferenceCodec.Encode(element, Binary32.Decode(input), policy);
}
