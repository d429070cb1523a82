using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Packing;
using Mxact.Simulator.Reference;
using ReferenceConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Carries out a checked call by the exact reference, block by block: for those who ask for it, and for every choice that no kernel
/// computes. Its random bits are the kernels', so that what falls back changes its speed and no bit.
/// </summary>
internal sealed unsafe class ReferenceDriver : IDriver
{
    /// <summary>
    /// Blocks of a unit along a row: the codes of eight fill whole bytes, whatever their width, so that no two units share a byte.
    /// </summary>
    private const int BlocksOfUnit = 8;

    /// <summary>Columns of a unit along columns; a multiple of eight for the same reason.</summary>
    private const int ColumnsOfUnit = 64;

    private readonly BlockFormat format;
    private readonly ConversionPolicy policy;
    private readonly Dyadic? tensorScale;
    private readonly bool alongRows;
    private readonly bool packed;
    private readonly int blockSize;
    private readonly int threads;

    public ReferenceDriver(ConversionSettings settings)
    {
        format = settings.Format;
        policy = settings.Policy;
        tensorScale = format.Scale.Element is null ? null : Binary32.Decode(settings.TensorScale).Finite;
        alongRows = settings.Axis == BlockAxis.AlongRows;
        packed = settings.Packing == CodeLayout.Packed && format.Element.Bits < 8;
        blockSize = format.BlockSize;
        threads = settings.Execution.Threads == 0 ? Environment.ProcessorCount : settings.Execution.Threads;
    }

    private delegate void PartWork(in MatrixJob job, in MatrixPart part);

    public void Quantize(in MatrixJob job) => Run(job, QuantizePart);

    public void Dequantize(in MatrixJob job) => Run(job, DequantizePart);

    public void RoundTrip(in MatrixJob job) => Run(job, RoundTripPart);

    private void Run(MatrixJob job, PartWork work)
    {
        WorkUnits units = alongRows ? WorkUnits.Of(job, 1, BlocksOfUnit * blockSize) : WorkUnits.Of(job, blockSize, ColumnsOfUnit);
        Parallel.For(0, units.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = job.Cancel }, unit
            => work(job, units[unit]));
    }

    private void QuantizePart(in MatrixJob job, in MatrixPart part)
    {
        byte[] codes = new byte[part.Rows * part.Columns];
        for (long number = 0; number < BlocksOf(part); number++)
        {
            Block block = BlockAt(job, part, number);
            uint[] blockCodes = new uint[block.Length];
            job.Scales[block.Scale] = QuantizeBlock(job, block, blockCodes);
            for (int i = 0; i < block.Length; i++)
            {
                codes[block.FirstInPart + (i * block.StrideInPart)] = (byte)blockCodes[i];
            }
        }

        for (int row = 0; row < part.Rows; row++)
        {
            ReadOnlySpan<byte> of = codes.AsSpan(row * (int)part.Columns, (int)part.Columns);
            if (packed)
            {
                CodePacker.Pack(of, CodesOfRow(job, part, row), format.Element.Bits);
            }
            else
            {
                of.CopyTo(CodesOfRow(job, part, row));
            }
        }
    }

    private void DequantizePart(in MatrixJob job, in MatrixPart part)
    {
        byte[] codes = new byte[part.Rows * part.Columns];
        for (int row = 0; row < part.Rows; row++)
        {
            Span<byte> of = codes.AsSpan(row * (int)part.Columns, (int)part.Columns);
            if (packed)
            {
                CodePacker.Unpack(CodesOfRow(job, part, row), of, format.Element.Bits);
            }
            else
            {
                CodesOfRow(job, part, row).CopyTo(of);
            }
        }

        for (long number = 0; number < BlocksOf(part); number++)
        {
            Block block = BlockAt(job, part, number);
            uint[] blockCodes = new uint[block.Length];
            for (int i = 0; i < block.Length; i++)
            {
                blockCodes[i] = codes[block.FirstInPart + (i * block.StrideInPart)];
            }

            DequantizeBlock(job, block, job.Scales[block.Scale], blockCodes);
        }
    }

    private void RoundTripPart(in MatrixJob job, in MatrixPart part)
    {
        for (long number = 0; number < BlocksOf(part); number++)
        {
            Block block = BlockAt(job, part, number);
            uint[] blockCodes = new uint[block.Length];
            byte scale = QuantizeBlock(job, block, blockCodes);
            DequantizeBlock(job, block, scale, blockCodes);
        }
    }

    private byte QuantizeBlock(in MatrixJob job, in Block block, uint[] codes)
    {
        uint[] values = new uint[block.Length];
        uint[] random = new uint[policy.Rounding.IsStochastic ? block.Length : 0];
        for (int i = 0; i < values.Length; i++)
        {
            long element = block.First + (i * block.Stride);
            values[i] = WideInputs.Read(job.Input, job.Values, element);
            if (random.Length > 0)
            {
                random[i] = RandomBits(job, element);
            }
        }

        return ReferenceConversion.Quantize(format, WideInputs.FormatOf(job.Input), values, policy, codes, random, tensorScale);
    }

    private void DequantizeBlock(in MatrixJob job, in Block block, byte scale, uint[] codes)
    {
        uint[] values = new uint[codes.Length];
        ReferenceConversion.Dequantize(format, scale, codes, values, tensorScale);
        for (int i = 0; i < values.Length; i++)
        {
            job.Result[block.First + (i * block.Stride)] = values[i];
        }
    }

    /// <summary>
    /// The n bits r of an element: the low ones of a supplied word, the top ones of a drawn word, as the kernels take them.
    /// </summary>
    private uint RandomBits(in MatrixJob job, long element)
    {
        int unused = 32 - policy.Rounding.RandomBits;
        return job.Words != null ? job.Words[element] << unused >> unused
            : Philox.Word((ulong)element, (uint)job.Seed, (uint)(job.Seed >> 32)) >> unused;
    }

    private long BlocksOf(in MatrixPart part) => alongRows ? (part.Columns + blockSize - 1) / blockSize : part.Columns;

    private Block BlockAt(in MatrixJob job, in MatrixPart part, long number)
    {
        long first = (part.Row * job.Columns) + part.Column;
        if (alongRows)
        {
            long from = number * blockSize;
            long scale = (part.Row * ((job.Columns + blockSize - 1) / blockSize)) + (part.Column / blockSize) + number;
            return new(first + from, 1, (int)Math.Min(blockSize, part.Columns - from), scale, (int)from, 1);
        }

        long scaleBelow = (part.Row / blockSize * job.Columns) + part.Column + number;
        return new(first + number, job.Columns, (int)part.Rows, scaleBelow, (int)number, (int)part.Columns);
    }

    /// <summary>The bytes of the codes of one of the part's rows.</summary>
    private Span<byte> CodesOfRow(in MatrixJob job, in MatrixPart part, long row)
    {
        int bits = packed ? format.Element.Bits : 8;
        byte* start = job.Codes + ((part.Row + row) * CodePacker.PackedBytes(job.Columns, bits)) + (part.Column * bits / 8);
        return new(start, (int)CodePacker.PackedBytes(part.Columns, bits));
    }

    /// <summary>Where a block lies.</summary>
    /// <param name="First">Its first element's index in the matrix.</param>
    /// <param name="Stride">From one element to the next.</param>
    /// <param name="Length">Elements; the last block of a line may have fewer than the others.</param>
    /// <param name="Scale">Its scale's index.</param>
    /// <param name="FirstInPart">Its first element's index in the part.</param>
    /// <param name="StrideInPart">From one element to the next there.</param>
    private readonly record struct Block(long First, long Stride, int Length, long Scale, int FirstInPart, int StrideInPart);
}
