using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>The tensor scale of an NVFP4 tensor: one number, or one a matrix.</summary>
internal sealed class TensorScaleValues
{
    private readonly float[] values;
    private readonly long matrix;

    private TensorScaleValues(float[] values, long matrix, bool isDivisor)
    {
        this.values = values;
        this.matrix = matrix;
        IsDivisor = isDivisor;
    }

    /// <summary>Whether values are divided by it.</summary>
    public bool IsDivisor { get; }

    /// <summary>The numbers as the file has them.</summary>
    public ReadOnlySpan<float> Stored => values;

    /// <summary>Reads it; null where the tensor has none.</summary>
    public static TensorScaleValues? Read(Checkpoint from, StoredTensor tensor)
    {
        if (tensor.TensorScale is not { } info)
        {
            return null;
        }

        float[] values = new float[info.Count];
        from.FileOf(info).Read(info.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
        long matrix = values.Length == 1 ? Math.Max(tensor.Values.Count, 1)
            : tensor.MatrixRows * tensor.Values.Columns;
        return new(values, Math.Max(matrix, 1), tensor.Layout.TensorScale!.IsDivisor);
    }

    /// <summary>What stands for the same in the other sense, or null where a reciprocal is no binary32 number.</summary>
    public float[]? As(bool divisor)
    {
        float[] turned = divisor == IsDivisor ? values : Array.ConvertAll(values, value => 1 / value);
        return divisor == IsDivisor || values.All(IsPowerOfTwo) ? turned : null;
    }

    /// <summary>Code x scale, which is exact, times the tensor scale or divided by it: rounded once.</summary>
    /// <param name="products">Values of some elements in a row.</param>
    /// <param name="first">The first one's index in the tensor.</param>
    public void Apply(Span<float> products, long first)
    {
        while (!products.IsEmpty)
        {
            int run = (int)Math.Min(products.Length, matrix - (first % matrix));
            float scale = values[first / matrix];
            Span<float> part = products[..run];
            if (IsDivisor)
            {
                TensorPrimitives.Divide(part, scale, part);
            }
            else
            {
                TensorPrimitives.Multiply(part, scale, part);
            }

            products = products[run..];
            first += run;
        }
    }

    private static bool IsPowerOfTwo(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);

        // 2^-126 to 2^126: the reciprocal is normal too.
        return (bits & 0x007FFFFF) == 0 && (bits & 0x7FFFFFFF) is >= 0x00800000 and <= 0x7E800000;
    }
}
