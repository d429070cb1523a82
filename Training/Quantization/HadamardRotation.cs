using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// The rotation of both operands of a product along the axis that it sums over, sixteen elements at a time: diag(s) H / 4 with
/// Sylvester's Hadamard matrix H and signs s. It is orthogonal, so that the product stays what it is, and spreads an outlier over
/// sixteen elements (arXiv 2509.25149, 4.2).
/// </summary>
/// <param name="Signs">Bit i set: s_i is -1. 0 is H alone.</param>
public readonly record struct HadamardRotation(ushort Signs)
{
    /// <summary>Elements that are rotated together.</summary>
    public const int Size = 16;

    private const float Norm = 0.25f; // 1 / sqrt(Size)

    /// <summary>The matrix, [16, 16], that a row of sixteen elements is multiplied by from the right.</summary>
    public Tensor BuildMatrix()
    {
        float[] elements = new float[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                bool isNegative = (int.PopCount(i & j) + (Signs >> i)) % 2 != 0;
                elements[(i * Size) + j] = isNegative ? -Norm : Norm;
            }
        }

        return tensor(elements, [Size, Size]);
    }

    /// <summary>
    /// A matrix whose rows are rotated; rows whose length is no multiple of 16 are filled with zeros, which add nothing to a product.
    /// </summary>
    /// <param name="values">[rows, k], in binary32.</param>
    /// <returns>[rows, ceil(k / 16) 16], contiguous.</returns>
    public Tensor Apply(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using DisposeScope scope = NewDisposeScope();
        long missing = (Size - (values.shape[^1] % Size)) % Size;
        Tensor padded = missing == 0 ? values : nn.functional.pad(values, [0, missing]);
        return padded.reshape(-1, Size).matmul(BuildMatrix()).reshape(padded.shape).MoveToOuterDisposeScope();
    }
}
