using System.Runtime.InteropServices;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Product;

/// <summary>Values of C between binary32, as a caller holds them, and the codes of a product's output format.</summary>
internal static class ResultCodes
{
    /// <summary>Refuses a value that is no number of the output's format.</summary>
    /// <exception cref="ArgumentException">One is none.</exception>
    public static void Require(ReadOnlySpan<uint> values, ElementFormat output, string name)
    {
        if (output == ElementFormats.Binary32)
        {
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            uint code = Encode(values[i], output);
            if (Decode(code, output) != values[i])
            {
                throw new ArgumentException($"{BitConverter.UInt32BitsToSingle(values[i])} at {i} is no number of {output}, the "
                    + $"output's format", name);
            }
        }
    }

    /// <summary>Binary32 bits, which <see cref="Require"/> has seen, to codes of a narrower output, in place.</summary>
    public static void Narrow(Span<uint> values, ElementFormat output)
    {
        if (output == ElementFormats.Binary32)
        {
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Encode(values[i], output);
        }
    }

    /// <summary>Codes of a narrower output to binary32 bits, in place; exact.</summary>
    public static void Widen(Span<uint> codes, ElementFormat output)
    {
        if (output == ElementFormats.Binary32)
        {
            return;
        }

        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Decode(codes[i], output);
        }
    }

    /// <summary>A unit's binary32 results times both operands' tensor scales, as kernels multiply after it: the scales' product is rounded,
    /// and so is each result.</summary>
    public static void Scale(Span<uint> results, float a, float b)
    {
        float alpha = a * b;
        foreach (ref float result in MemoryMarshal.Cast<uint, float>(results))
        {
            result *= alpha;
        }
    }

    private static uint Encode(uint bits, ElementFormat output) => ElementCodec.Encode(output, Binary32.Decode(bits), NonFinite);

    private static uint Decode(uint code, ElementFormat output) => Binary32.Encode(ElementCodec.Decode(output, code));

    private static ConversionPolicy NonFinite { get; } = new() { Overflow = OverflowPolicy.NonFinite };
}
