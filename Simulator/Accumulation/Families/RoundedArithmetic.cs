using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>IEEE 754 operations in one format, each the exact result rounded once: what the chains are made of.</summary>
internal readonly struct RoundedArithmetic(ModelOutput output)
{
    /// <summary>The value of bits.</summary>
    public Number Decode(uint bits) => ElementCodec.Decode(output.Format, bits);

    /// <summary>The bits of a value that is in the format.</summary>
    public uint Encode(Number value) => output.Encode(value);

    /// <summary>fl(a + b).</summary>
    public Number Add(Number a, Number b) => Round(NumberArithmetic.Add(a, b));

    /// <summary>fl(a - b).</summary>
    public Number Subtract(Number a, Number b) => Add(a, NumberArithmetic.Negate(b));

    /// <summary>fl(a b).</summary>
    public Number Multiply(Number a, Number b) => Round(NumberArithmetic.Multiply(a, b));

    /// <summary>fl(a b + c).</summary>
    public Number MultiplyAdd(Number a, Number b, Number c) => Round(NumberArithmetic.Add(NumberArithmetic.Multiply(a, b), c));

    /// <summary>The value rounded to the format.</summary>
    public Number Round(Number value) => Decode(Encode(value));
}
