using System.Runtime.InteropServices;
using Mxact.Native.Abi;
using Mxact.Simulator.Conversion;
using Mxact.Vectors;

namespace Mxact.Native.Exports;

/// <summary>Blocks: quantise, dequantise, both.</summary>
internal static unsafe class BlockExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_block_bytes")]
    public static int Bytes(Blocks* how, long* scaleBytes, long* codeBytes) => Call.Of(() =>
    {
        BlockCall call = new(Given.Structure(how, "blocks"), quantizes: false);
        if (scaleBytes is not null)
        {
            *scaleBytes = call.ScaleBytes;
        }

        if (codeBytes is not null)
        {
            *codeBytes = call.CodeBytes;
        }

        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_quantize")]
    public static int Quantize(Blocks* how, void* values, byte* scales, byte* codes) => Call.Of(() =>
    {
        BlockCall call = new(Given.Structure(how, "blocks"), quantizes: true);
        Span<byte> toScales = Given.Out<byte>(scales, Given.Count(call.ScaleBytes, "the scales' size"), "scales");
        Span<byte> toCodes = Given.Out<byte>(codes, Given.Count(call.CodeBytes, "the codes' size"), "codes");
        if (Given.Overlap(values, call.ValueBytes, scales, call.ScaleBytes)
            || Given.Overlap(values, call.ValueBytes, codes, call.CodeBytes)
            || Given.Overlap(scales, call.ScaleBytes, codes, call.CodeBytes))
        {
            throw new ArgumentException("values, scales and codes overlap");
        }

        BlockConverter converter = call.Converter;
        (int rows, int columns) = (call.Rows, call.Columns);
        if (call.From == ElementFormats.Binary32)
        {
            ReadOnlySpan<uint> words = Given.In<uint>(values, call.Count, "values");
            if (call.Random.IsEmpty)
            {
                converter.Quantize(words, rows, columns, toScales, toCodes, call.Seed);
            }
            else
            {
                converter.Quantize(words, rows, columns, toScales, toCodes, call.Random);
            }

            return Status.Ok;
        }

        ReadOnlySpan<ushort> halves = Given.In<ushort>(values, call.Count, "values");
        if (call.Random.IsEmpty)
        {
            converter.Quantize(call.From, halves, rows, columns, toScales, toCodes, call.Seed);
        }
        else
        {
            converter.Quantize(call.From, halves, rows, columns, toScales, toCodes, call.Random);
        }

        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_dequantize")]
    public static int Dequantize(Blocks* how, byte* scales, byte* codes, float* values) => Call.Of(() =>
    {
        Blocks given = Given.Structure(how, "blocks");
        BlockCall call = new(given, quantizes: false);
        Span<uint> target = Given.Out<uint>(values, call.Count, "values");
        if (Given.Overlap(values, 4L * call.Count, scales, call.ScaleBytes)
            || Given.Overlap(values, 4L * call.Count, codes, call.CodeBytes))
        {
            throw new ArgumentException("values overlap scales or codes");
        }

        ReadOnlySpan<byte> elements = Given.In<byte>(codes, Given.Count(call.CodeBytes, "the codes' size"), "codes");
        ElementFormat element = call.Converter.Settings.Format.Element;
        if (given.Packed == 0 && elements.ContainsAnyExceptInRange((byte)0, (byte)element.CodeMask))
        {
            throw new ArgumentException($"a code has more than the {element.Bits} bits of {element}");
        }

        call.Converter.Dequantize(Given.In<byte>(scales, Given.Count(call.ScaleBytes, "the scales' size"), "scales"), elements, call.Rows,
            call.Columns, target);
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_round_trip")]
    public static int RoundTrip(Blocks* how, void* values, float* result) => Call.Of(() =>
    {
        BlockCall call = new(Given.Structure(how, "blocks"), quantizes: true);
        Span<uint> target = Given.Out<uint>(result, call.Count, "result");
        bool isSame = values == result && call.From == ElementFormats.Binary32;
        if (!isSame && Given.Overlap(values, call.ValueBytes, result, 4L * call.Count))
        {
            throw new ArgumentException("values and result overlap without being the same");
        }

        if (!call.Random.IsEmpty)
        {
            throw new ArgumentException("random bits of its own: quantize and dequantize one after the other, or give a seed");
        }

        if (call.From == ElementFormats.Binary32)
        {
            call.Converter.QuantizeDequantize(Given.In<uint>(values, call.Count, "values"), call.Rows, call.Columns, target, call.Seed);
        }
        else
        {
            call.Converter.QuantizeDequantize(call.From, Given.In<ushort>(values, call.Count, "values"), call.Rows, call.Columns, target,
                call.Seed);
        }

        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_fit_tensor_scale")]
    public static int FitTensorScale(byte* format, float* values, long count, float* tensorScale) => Call.Of(() =>
    {
        *Given.NotNull(tensorScale, "tensor_scale") = MxTensor.FitTensorScale(
            Given.In<float>(values, Given.Count(count, "count"), "values"), BlockCall.Format(format));
        return Status.Ok;
    });

    /// <summary>A checked <c>mxact_blocks</c>.</summary>
    private readonly ref struct BlockCall
    {
        public BlockCall(Blocks given, bool quantizes)
        {
            BlockFormat format = Format(given.Format);
            ConversionPolicy policy = quantizes ? Given.Conversion(Operation.Quantize, format.Name, given.Choices).Policy
                : ConversionPolicy.Ocp;
            From = Given.Wide(given.From);
            (Rows, Columns) = (Given.Count(given.Rows, "rows"), Given.Count(given.Columns, "columns"));
            Count = Given.Count(Rows, Columns, "rows x columns");
            bool isStochastic = policy.Rounding.IsStochastic && Count > 0;
            if (isStochastic != (given.Random is not null || given.Seeded != 0) || (given.Random is not null && given.Seeded != 0))
            {
                throw new ArgumentException($"rounding={policy.Rounding} takes "
                    + (isStochastic ? "random bits or a seed, one of the two" : "no random bits and no seed"));
            }

            Random = given.Random is null ? default : new(given.Random, Count);
            Seed = given.Seeded != 0 ? given.Seed : null;
            Converter = BlockConverter.Create(new(format, policy)
            {
                Axis = given.Axis is 0 or 1 ? (BlockAxis)given.Axis : throw new ArgumentException($"axis is 0 or 1, not {given.Axis}"),
                Packing = given.Packed is 0 or 1 ? (CodeLayout)given.Packed
                    : throw new ArgumentException($"packed is 0 or 1, not {given.Packed}"),
                TensorScale = BitConverter.SingleToUInt32Bits(given.TensorScale == 0 ? 1 : given.TensorScale),
                Execution = Given.On(given.Backend, given.Threads),
            });
            ScaleBytes = Converter.ScaleCount(Rows, Columns);
            CodeBytes = Converter.CodeBytes(Rows, Columns);
        }

        public BlockConverter Converter { get; }

        public ElementFormat From { get; }

        public int Rows { get; }

        public int Columns { get; }

        public int Count { get; }

        public long ScaleBytes { get; }

        public long CodeBytes { get; }

        public long ValueBytes => (long)Count * ElementExports.BytesOf(From);

        public ReadOnlySpan<uint> Random { get; }

        public ulong? Seed { get; }

        public static BlockFormat Format(byte* name)
        {
            string text = Given.Text(name, "format");
            return MxFormats.Find(text)
                ?? throw new RequestException(FormatNames.Unknown(Question.Shown(text), [.. MxFormats.All.Select(f => f.Name)]));
        }
    }
}
