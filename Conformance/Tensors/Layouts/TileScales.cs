using System.Runtime.InteropServices;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>The scales of square tiles, one of so many elements that all of them are in memory: binary32, or E8M0.</summary>
internal sealed class TileScales
{
    private readonly float[] values;
    private readonly StoredTensor tensor;
    private readonly long across;

    private TileScales(StoredTensor tensor, float[] values)
    {
        this.tensor = tensor;
        this.values = values;
        across = tensor.Scales!.Columns;
    }

    /// <summary>Each scale's value: a NaN where an E8M0 code is one.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>The first that is NaN, or -1.</summary>
    public static int FirstNaN(ReadOnlySpan<float> values)
    {
        int i = 0;
        while (i < values.Length && !float.IsNaN(values[i]))
        {
            i++;
        }

        return i < values.Length ? i : -1;
    }

    /// <summary>The E8M0 code of a number that is a scale's, or null.</summary>
    public static byte? ExactE8M0(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (byte)ScaleFormat.E8M0NaN
            : bits == 0x00400000 ? (byte)0 // 2^-127 is subnormal
            : (bits & 0x807FFFFF) == 0 && bits is not (0 or 0x7F800000) ? (byte)(bits >> 23) : null;
    }

    /// <summary>Reads them.</summary>
    public static TileScales Read(Checkpoint from, StoredTensor tensor)
    {
        TensorInfo scales = tensor.Scales!;
        float[] values = new float[scales.Count];
        if (scales.Type == TensorType.F32)
        {
            from.FileOf(scales).Read(scales.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
        }
        else
        {
            byte[] codes = new byte[values.Length];
            from.FileOf(scales).Read(scales.Offset, codes);
            for (int i = 0; i < codes.Length; i++)
            {
                values[i] = BitConverter.UInt32BitsToSingle(Binary32.Encode(ScaleCodec.Decode(ScaleFormat.E8M0, codes[i])));
            }
        }

        return new(tensor, values);
    }

    /// <summary>Multiplies elements by their tiles' scales, each rounded once.</summary>
    /// <param name="elements">Elements in a row of the flattened tensor.</param>
    /// <param name="first">The first one's index.</param>
    public void Apply(Span<float> elements, long first)
    {
        long columns = tensor.Values.Columns;
        int side = tensor.Layout.Tile;
        long down = tensor.Scales!.Shape[^2];
        for (int i = 0; i < elements.Length;)
        {
            long row = (first + i) / columns;
            long column = (first + i) % columns;
            int run = (int)Math.Min(Math.Min(elements.Length - i, columns - column), side - (column % side));
            long scale = (((row / tensor.MatrixRows * down) + (row % tensor.MatrixRows / side)) * across) + (column / side);
            float factor = values[scale];
            foreach (ref float element in elements.Slice(i, run))
            {
                element *= factor;
            }

            i += run;
        }
    }
}
