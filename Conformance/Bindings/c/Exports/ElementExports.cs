using System.Runtime.InteropServices;
using Mxact.Native.Abi;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Native.Exports;

/// <summary>Single elements, without blocks.</summary>
internal static unsafe class ElementExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_encode")]
    public static int Encode(Abi.Elements* how, void* values, long count, void* codes) => Call.Of(() =>
    {
        Abi.Elements given = Given.Structure(how, "elements");
        ElementFormat? format = Format(given.Format);
        ConversionPolicy policy = Given.Conversion(Operation.Encode, format?.Name ?? ScaleFormat.E8M0.Name, given.Choices).Policy;
        ElementFormat from = Given.Wide(given.From);
        int length = Given.Count(count, "count");
        int codeBytes = format is null ? 1 : BytesOf(format);
        int valueBytes = BytesOf(from);
        if (policy.Rounding.IsStochastic != given.Random is not null && length > 0)
        {
            throw new ArgumentException($"rounding={policy.Rounding} {(given.Random is null ? "needs" : "takes no")} random bits");
        }

        if (Given.Overlap(values, (long)length * valueBytes, codes, (long)length * codeBytes))
        {
            throw new ArgumentException("values and codes overlap");
        }

        ReadOnlySpan<uint> random = given.Random is null ? default : Given.In<uint>(given.Random, length, "random");
        if (Fast(format, policy, from, given) is { } converter)
        {
            Span<byte> target = Given.Out<byte>(codes, length, "codes");
            if (from == ElementFormats.Binary32)
            {
                converter.Encode(Given.In<uint>(values, length, "values"), target, random);
            }
            else
            {
                converter.Encode(from, Given.In<ushort>(values, length, "values"), target, random);
            }

            return Status.Ok;
        }

        byte* source = Given.NotNull((byte*)values, "values");
        byte* written = Given.NotNull((byte*)codes, "codes");
        for (int i = 0; i < length; i++)
        {
            uint bits = random.IsEmpty ? 0 : SuppliedBits.Checked(random[i], policy.Rounding);
            Simulator.Exact.Number number = InputNarrowing.Narrow(ElementCodec.Decode(from, Read(source, i, valueBytes)), policy);
            Write(written, i, codeBytes, format is null ? ScaleCodec.EncodeE8M0(number, policy, bits)
                : ElementCodec.Encode(format, number, policy, bits));
        }

        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_decode")]
    public static int Decode(Abi.Elements* how, void* codes, long count, float* values) => Call.Of(() =>
    {
        Abi.Elements given = Given.Structure(how, "elements");
        ElementFormat? format = Format(given.Format);
        int length = Given.Count(count, "count");
        int codeBytes = format is null ? 1 : BytesOf(format);
        Span<uint> target = Given.Out<uint>(values, length, "values");
        byte* source = length == 0 ? null : Given.NotNull((byte*)codes, "codes");
        if (Given.Overlap(codes, (long)length * codeBytes, values, (long)length * sizeof(float)))
        {
            throw new ArgumentException("codes and values overlap");
        }

        uint most = format?.CodeMask ?? byte.MaxValue;
        for (int i = 0; i < length; i++)
        {
            if (Read(source, i, codeBytes) > most)
            {
                throw new ArgumentException($"code {i} has more than the {format!.Bits} bits of {format}");
            }
        }

        if (format is not null && Fast(format, ConversionPolicy.Ocp, ElementFormats.Binary32, given) is { } converter)
        {
            converter.Decode(new ReadOnlySpan<byte>(source, length), target);
            return Status.Ok;
        }

        for (int i = 0; i < length; i++)
        {
            uint code = Read(source, i, codeBytes);
            target[i] = Binary32.Encode(format is null ? ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code)
                : ElementCodec.Decode(format, code));
        }

        return Status.Ok;
    });

    /// <summary>Bytes of a number of a format.</summary>
    internal static int BytesOf(ElementFormat format) => Conformance.Adapters.Arrays.ArrayGroup.BytesOf(format.Bits);

    /// <summary>The format; null is E8M0.</summary>
    private static ElementFormat? Format(byte* name)
    {
        string text = Given.Text(name, "format");
        return FormatNames.Canonical(text) == ScaleFormat.E8M0.Name ? null
            : ElementFormat.TryParse(text, out ElementFormat? format) ? format
            : throw new RequestException(FormatNames.Unknown(Question.Shown(text), [.. ElementFormats.Elements.Select(f => f.Name),
                ScaleFormat.E8M0.Name]));
    }

    /// <summary>The fast path, where there is one and the reference is not asked for.</summary>
    private static ElementConverter? Fast(ElementFormat? format, ConversionPolicy policy, ElementFormat from, Abi.Elements given)
    {
        Backend backend = Given.On(given.Backend, given.Threads).Backend;
        return format is null || format.Bits > 8 || ElementConverter.Unsupported(format, policy) is not null ? null
            : from.Bits > 16 || from.Bits == 16 ? ElementConverter.Create(format, policy, backend) : null;
    }

    private static uint Read(byte* numbers, int index, int width) => width switch
    {
        1 => numbers[index],
        2 => ((ushort*)numbers)[index],
        _ => ((uint*)numbers)[index],
    };

    private static void Write(byte* numbers, int index, int width, uint number)
    {
        switch (width)
        {
            case 1:
                numbers[index] = (byte)number;
                break;
            case 2:
                ((ushort*)numbers)[index] = (ushort)number;
                break;
            default:
                ((uint*)numbers)[index] = number;
                break;
        }
    }
}
