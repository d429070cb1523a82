using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Cuts a matrix into tiles for the kernels: full blocks straight from memory to memory where nothing stands between, and through
/// a worker's scratch where inputs are widened, codes packed, random bits drawn, or a last block is partial.
/// </summary>
internal sealed unsafe class CpuDriver : IDriver
{
    /// <summary>Elements from which results are not wanted in the caches any more.</summary>
    private const long StreamFrom = 1 << 20;

    private readonly CpuKernels kernels;
    private readonly KernelParameters p;
    private readonly BlockAxis axis;
    private readonly int blockSize;
    private readonly int bits;
    private readonly bool packed;
    private readonly bool stochastic;
    private readonly int threads;

    public CpuDriver(ConversionSettings settings, Backend backend)
    {
        kernels = KernelChoice.For(backend, settings.Format, settings.Policy);
        p = KernelParametersOf.Create(settings.Format, settings.Policy, settings.TensorScale);
        axis = settings.Axis;
        blockSize = settings.Format.BlockSize;
        bits = settings.Format.Element.Bits;
        packed = settings.Packing == CodeLayout.Packed && bits < 8;
        stochastic = settings.Policy.Rounding.IsStochastic;
        threads = settings.Execution.Threads == 0 ? Environment.ProcessorCount : settings.Execution.Threads;
    }

    private enum Operation
    {
        Quantize,
        Dequantize,
        RoundTrip,
    }

    public void Quantize(in MatrixJob job) => Run(Operation.Quantize, job);

    public void Dequantize(in MatrixJob job) => Run(Operation.Dequantize, job);

    public void RoundTrip(in MatrixJob job) => Run(Operation.RoundTrip, job);

    private void Run(Operation operation, MatrixJob job)
    {
        if (axis == BlockAxis.AlongRows && job.Columns % blockSize == 0)
        {
            // Rows of whole blocks are one long row.
            job = job with { Columns = job.Rows * job.Columns, Rows = 1 };
        }

        WorkUnits units = axis == BlockAxis.AlongRows ? WorkUnits.AlongRows(job, blockSize) : WorkUnits.AlongColumns(job, blockSize);
        if (units.Count == 0)
        {
            return;
        }

        if (threads == 1 || units.Count == 1)
        {
            Work(operation, job, units, 0, units.Count);
        }
        else
        {
            Share(operation, job, units);
        }
    }

    /// <summary>Apart from <see cref="Run"/>, which would allocate for the lambda whether or not it is reached.</summary>
    private void Share(Operation operation, MatrixJob job, WorkUnits units)
        => Parallel.For(0, units.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = job.Cancel }, unit
            => Work(operation, job, units, unit, unit + 1));

    private void Work(Operation operation, in MatrixJob job, in WorkUnits units, long from, long to)
    {
        using Scratch scratch = Scratch.Rent();
        for (long unit = from; unit < to; unit++)
        {
            job.Cancel.ThrowIfCancellationRequested();
            MatrixPart part = units[unit];
            if (axis == BlockAxis.AlongRows)
            {
                for (long row = 0; row < part.Rows; row++)
                {
                    AlongRow(operation, job, part with { Row = part.Row + row, Rows = 1 }, scratch);
                }
            }
            else
            {
                AlongColumns(operation, job, part, scratch);
            }
        }
    }

    private void AlongRow(Operation operation, in MatrixJob job, in MatrixPart part, in Scratch scratch)
    {
        long first = (part.Row * job.Columns) + part.Column;
        byte* scales = job.Scales + (part.Row * Blocks(job.Columns)) + (part.Column / blockSize);
        long fullBlocks = part.Columns / blockSize;
        bool direct = job.Input == WideInput.Binary32 && !stochastic && (!packed || operation == Operation.RoundTrip);
        direct |= operation == Operation.Dequantize && !packed;
        bool stream = job.Rows * job.Columns >= StreamFrom;
        long blocksAtOnce = direct ? Math.Max(fullBlocks, 1) : Scratch.Elements / blockSize;
        for (long block = 0; block < fullBlocks; block += blocksAtOnce)
        {
            long blocks = Math.Min(blocksAtOnce, fullBlocks - block);
            long element = first + (block * blockSize);
            int count = direct ? 0 : (int)(blocks * blockSize);
            uint* words = DrawWords(element, count, job, scratch);
            if (operation == Operation.Dequantize)
            {
                kernels.DequantizeRow(scales + block, CodesIn(job, part.Row, part.Column + (block * blockSize), count, scratch),
                    (nint)blocks, job.Result + element, p, stream);
            }
            else if (operation == Operation.RoundTrip)
            {
                kernels.RoundTripRow(ValuesIn(job, element, count, scratch), words, (nint)blocks, job.Result + element, p, stream);
            }
            else
            {
                byte* codes = packed ? scratch.Codes : job.Codes + element;
                kernels.QuantizeRow(ValuesIn(job, element, count, scratch), words, (nint)blocks, scales + block, codes, p, stream
                    && direct);
                CodesOut(job, part.Row, part.Column + (block * blockSize), count, codes);
            }
        }

        int tail = (int)(part.Columns % blockSize);
        if (tail > 0)
        {
            PartialBlock(operation, job, part, first + (fullBlocks * blockSize), fullBlocks, tail, scales + fullBlocks, scratch);
        }
    }

    /// <summary>A last block that is not full, padded with zeros whose codes are not kept.</summary>
    private void PartialBlock(Operation operation, in MatrixJob job, in MatrixPart part, long element, long block, int length, byte* scale,
        in Scratch scratch)
    {
        uint* result = scratch.Values;
        long column = part.Column + (block * blockSize);
        uint* words = DrawWords(element, length, job, scratch);
        if (operation == Operation.Dequantize)
        {
            if (packed)
            {
                CodesIn(job, part.Row, column, length, scratch);
            }
            else
            {
                Copy(job.Codes + element, scratch.Codes, length);
            }

            kernels.DequantizeRow(scale, scratch.Codes, 1, result, p, stream: false);
        }
        else
        {
            Widen(job, element, length, scratch.Values);
            new Span<uint>(scratch.Values + length, blockSize - length).Clear();
            if (operation == Operation.RoundTrip)
            {
                kernels.RoundTripRow(scratch.Values, words, 1, result, p, stream: false);
            }
            else
            {
                kernels.QuantizeRow(scratch.Values, words, 1, scale, scratch.Codes, p, stream: false);
                if (packed)
                {
                    CodesOut(job, part.Row, column, length, scratch.Codes);
                }
                else
                {
                    Copy(scratch.Codes, job.Codes + element, length);
                }
            }
        }

        if (operation != Operation.Quantize)
        {
            Copy((byte*)result, (byte*)(job.Result + element), length * sizeof(uint));
        }
    }

    private void AlongColumns(Operation operation, in MatrixJob job, in MatrixPart part, in Scratch scratch)
    {
        for (long column = part.Column; column < part.Column + part.Columns; column += ColumnTile.Width)
        {
            int width = (int)Math.Min(ColumnTile.Width, part.Column + part.Columns - column);
            OneColumnTile(operation, job, part, column, width, scratch);
        }
    }

    private void OneColumnTile(Operation operation, in MatrixJob job, in MatrixPart part, long column, int width, in Scratch scratch)
    {
        const int stride = ColumnTile.Width;
        bool whole = width == stride;
        bool valuesDirect = whole && job.Input == WideInput.Binary32 && operation != Operation.Dequantize;
        bool codesDirect = whole && !packed && operation != Operation.RoundTrip;
        bool scalesDirect = whole && operation != Operation.RoundTrip;
        bool resultDirect = whole;
        int rows = (int)part.Rows;
        long first = (part.Row * job.Columns) + column;
        byte* scales = job.Scales + (part.Row / blockSize * job.Columns) + column;
        ColumnTile tile = new()
        {
            Values = valuesDirect ? (uint*)job.Values + first : scratch.Values,
            ValueStride = valuesDirect ? (nint)job.Columns : stride,
            Words = scratch.Words,
            Codes = codesDirect ? job.Codes + first : scratch.Codes,
            CodeStride = codesDirect ? (nint)job.Columns : stride,
            Scales = scalesDirect ? scales : scratch.Scales,
            Rows = rows,
            Columns = stride,
        };
        if (operation == Operation.Dequantize)
        {
            if (!scalesDirect)
            {
                Copy(scales, scratch.Scales, width);
            }

            for (int row = 0; row < rows && !codesDirect; row++)
            {
                byte* to = scratch.Codes + (row * stride);
                if (packed)
                {
                    CodePacker.Unpack(CodeRow(job, part.Row + row, column), width, to, bits);
                }
                else
                {
                    Copy(job.Codes + first + (row * job.Columns), to, width);
                }
            }
        }
        else
        {
            for (int row = 0; row < rows; row++)
            {
                long element = first + (row * job.Columns);
                if (!valuesDirect)
                {
                    Widen(job, element, width, scratch.Values + (row * stride));
                    new Span<uint>(scratch.Values + (row * stride) + width, stride - width).Clear();
                }

                if (stochastic)
                {
                    Draw(element, width, job, scratch.Words + (row * stride));
                }
            }

            if (operation == Operation.Quantize)
            {
                kernels.QuantizeColumns(tile, p);
                for (int row = 0; row < rows && !codesDirect; row++)
                {
                    byte* from = scratch.Codes + (row * stride);
                    if (packed)
                    {
                        CodePacker.Pack(from, width, CodeRow(job, part.Row + row, column), bits);
                    }
                    else
                    {
                        Copy(from, job.Codes + first + (row * job.Columns), width);
                    }
                }

                if (!scalesDirect)
                {
                    Copy(scratch.Scales, scales, width);
                }

                return;
            }
        }

        ColumnTile result = tile;
        result.Values = resultDirect ? job.Result + first : scratch.Values;
        result.ValueStride = resultDirect ? (nint)job.Columns : stride;
        if (operation == Operation.Dequantize)
        {
            kernels.DequantizeColumns(result, p);
        }
        else
        {
            kernels.RoundTripColumns(tile, result, p);
        }

        for (int row = 0; row < rows && !resultDirect; row++)
        {
            Copy((byte*)(scratch.Values + (row * stride)), (byte*)(job.Result + first + (row * job.Columns)), width * sizeof(uint));
        }
    }

    private long Blocks(long length) => (length + blockSize - 1) / blockSize;

    private byte* CodeRow(in MatrixJob job, long row, long column)
        => job.Codes + (row * CodePacker.PackedBytes(job.Columns, bits)) + (column * bits / 8);

    private uint* DrawWords(long element, int count, in MatrixJob job, in Scratch scratch)
    {
        if (stochastic)
        {
            Draw(element, count, job, scratch.Words);
        }

        return scratch.Words;
    }

    /// <summary>Each element's random bits at the top of a word: supplied, or drawn.</summary>
    private void Draw(long element, int count, in MatrixJob job, uint* words)
    {
        if (job.Words == null)
        {
            PhiloxVector.Fill((ulong)element, count, (uint)job.Seed, (uint)(job.Seed >> 32), words);
            return;
        }

        int unused = (int)(32 - p.RandomBits);
        for (int i = 0; i < count; i++)
        {
            words[i] = job.Words[element + i] << unused;
        }
    }

    private uint* ValuesIn(in MatrixJob job, long element, int count, in Scratch scratch)
    {
        if (job.Input == WideInput.Binary32)
        {
            return (uint*)job.Values + element;
        }

        Widen(job, element, count, scratch.Values);
        return scratch.Values;
    }

    private void Widen(in MatrixJob job, long element, int count, uint* wide)
    {
        switch (job.Input)
        {
            case WideInput.BFloat16:
                kernels.WidenBFloat16((ushort*)job.Values + element, count, wide);
                break;
            case WideInput.Binary16:
                kernels.WidenBinary16((ushort*)job.Values + element, count, wide);
                break;
            default:
                Copy(job.Values + (element * sizeof(uint)), (byte*)wide, count * sizeof(uint));
                break;
        }
    }

    private byte* CodesIn(in MatrixJob job, long row, long column, int count, in Scratch scratch)
    {
        if (!packed)
        {
            return job.Codes + (row * job.Columns) + column;
        }

        CodePacker.Unpack(CodeRow(job, row, column), count, scratch.Codes, bits);
        return scratch.Codes;
    }

    private void CodesOut(in MatrixJob job, long row, long column, int count, byte* codes)
    {
        if (packed)
        {
            CodePacker.Pack(codes, count, CodeRow(job, row, column), bits);
        }
    }

    private static void Copy(byte* from, byte* to, int bytes) => Buffer.MemoryCopy(from, to, bytes, bytes);
}
