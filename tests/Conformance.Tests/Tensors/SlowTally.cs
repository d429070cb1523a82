using System.Numerics;
using System.Runtime.InteropServices;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>What became of a matrix's elements, by the reference and in exact arithmetic: slow and obvious.</summary>
internal sealed class SlowTally
{
    public long Finite { get; private set; }

    public long NonFinite { get; private set; }

    public long Lost { get; private set; }

    public long Saturated { get; private set; }

    public long Flushed { get; private set; }

    public long LastBin { get; private set; }

    public double Signal { get; private set; }

    public double Noise { get; private set; }

    public double WorstRelative { get; private set; }

    public static SlowTally Of(uint[] bits, int rows, int columns, BlockFormat format, ConversionPolicy policy, BlockAxis axis)
    {
        MxTensor matrix = MxTensor.Quantize(MemoryMarshal.Cast<uint, float>(bits), rows, columns, format, policy, axis,
            on: Execution.Reference);
        float[] back = matrix.Dequantize(Execution.Reference);
        int blocks = (columns + format.BlockSize - 1) / format.BlockSize;
        SlowTally tally = new();
        Dyadic signal = Dyadic.Zero;
        Dyadic noise = Dyadic.Zero;
        for (int i = 0; i < bits.Length; i++)
        {
            Number v = Binary32.Decode(bits[i]);
            if (!v.IsFinite)
            {
                tally.NonFinite++;
                continue;
            }

            tally.Finite++;
            Number p = ElementCodec.Decode(format.Element, matrix.Codes[i]);
            (int row, int column) = (i / columns, i % columns);
            Number x = ScaleCodec.Decode(format.Scale,
                matrix.Scales[axis == BlockAxis.AlongRows ? (row * blocks) + (column / format.BlockSize)
                : (row / format.BlockSize * columns) + column]);
            if (p.IsFinite && IsLargest(p.Finite, format, policy))
            {
                tally.LastBin += x.IsFinite && Dyadic.CompareMagnitude(v.Finite, x.Finite * p.Finite) > 0 ? 1 : 0;
                tally.Saturated += x.IsFinite && RoundsBeyond(v.Finite.Scale(-x.Finite.FloorLog2), p.Finite, format, policy) ? 1 : 0;
            }

            Number r = Binary32.Decode(BitConverter.SingleToUInt32Bits(back[i]));
            if (!r.IsFinite)
            {
                tally.Lost++;
                continue;
            }

            tally.Flushed += r.Finite.IsZero && !v.Finite.IsZero ? 1 : 0;
            Dyadic error = v.Finite - r.Finite;
            signal += v.Finite * v.Finite;
            noise += error * error;
            if (!v.Finite.IsZero)
            {
                tally.WorstRelative = Math.Max(tally.WorstRelative, ToDouble(error.Abs()) / ToDouble(v.Finite.Abs()));
            }
        }

        (tally.Signal, tally.Noise) = (ToDouble(signal), ToDouble(noise));
        return tally;
    }

    /// <summary>Whether no code of the sign has a larger finite number: asked of every code.</summary>
    private static bool IsLargest(Dyadic p, BlockFormat format, ConversionPolicy policy)
        => !p.IsZero && !Enumerable.Range(0, 1 << format.Element.Bits).Select(code => (uint)code)
            .Where(code => format.Element.Encoding != ElementEncoding.TwosComplement || code != format.Element.SignMask
                || policy.Int8MinusTwo == Int8MinusTwo.Used)
            .Select(code => ElementCodec.Decode(format.Element, code))
            .Any(n => n.IsFinite && n.Finite.Negative == p.Negative && Dyadic.CompareMagnitude(n.Finite, p) > 0);

    /// <summary>V / X rounded as if the format went on, against the number that it got.</summary>
    private static bool RoundsBeyond(Dyadic quotient, Dyadic p, BlockFormat format, ConversionPolicy policy)
    {
        int quantum = (format.Element.Encoding == ElementEncoding.TwosComplement ? 0
            : Math.Max(quotient.FloorLog2, format.Element.EMin)) - format.Element.MantissaBits;
        BigInteger rounded = Rounding.ToQuantum(quotient, quantum, policy.Rounding);
        return Dyadic.CompareMagnitude(new(false, rounded, quantum), p) > 0;
    }

    private static double ToDouble(Dyadic value)
    {
        // 120 bits are kept: far beyond what binary64 shows.
        int excess = Math.Max((int)value.Significand.GetBitLength() - 120, 0);
        return Math.ScaleB((double)(value.Significand >> excess), value.Exponent + excess) * (value.Negative ? -1 : 1);
    }
}
