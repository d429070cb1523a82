using System.Globalization;
using System.Runtime.InteropServices;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Weights as a model has them, and what a writer made of them, which tests then change.</summary>
internal sealed class WrittenTensor
{
    public const int Rows = 128, Columns = 256;

    private const string Name = "layer.weight";

    private WrittenTensor(BlockFormat format, float[] values, byte[] codes, byte[] scales, float tensorScale)
    {
        Format = format;
        Values = values;
        Codes = codes;
        Scales = scales;
        TensorScale = tensorScale;
    }

    public BlockFormat Format { get; }

    public float[] Values { get; }

    public byte[] Codes { get; }

    public byte[] Scales { get; }

    /// <summary>What the file says; it need not be what was used.</summary>
    public float TensorScale { get; set; }

    public int Blocks => Scales.Length;

    /// <summary>Gaussian numbers, a few outliers, blocks of zeros, ties, tiny ones, and what is no number.</summary>
    public static float[] Weights(bool withSpecials = true)
    {
        Random random = new(20260727);
        float[] values = new float[Rows * Columns];
        for (int i = 0; i < values.Length; i++)
        {
            double gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(gauss * 0.02 * (random.Next(500) == 0 ? 40 : 1) * Math.Pow(2, i / Columns / 16));
        }

        for (int i = 0; i < Columns; i++)
        {
            values[(3 * Columns) + i] = 0.25f * random.Next(-24, 25); // ties of E2M1 under many scales
            values[(9 * Columns) + i] = random.Next(-480, 480) / 16f;
            values[(20 * Columns) + i] = i < 64 ? 0 : -0f;
            values[(30 * Columns) + i] = MathF.ScaleB(1 + random.NextSingle(), -127 - (i / 32)) * (i % 3 - 1);
        }

        if (withSpecials)
        {
            values[(40 * Columns) + 5] = float.NaN;
            values[(40 * Columns) + 70] = float.PositiveInfinity;
            values[(41 * Columns) + 200] = float.NegativeInfinity;
            values[(50 * Columns) + 9] = float.MaxValue;
        }

        return values;
    }

    /// <summary>Quantises them.</summary>
    public static WrittenTensor Of(BlockFormat format, ConversionPolicy policy, float[] values, float tensorScale = 1)
    {
        MxTensor tensor = MxTensor.Quantize(values, Rows, Columns, format, policy, tensorScale: tensorScale);
        return new(format, values, tensor.Codes.ToArray(), tensor.Scales.ToArray(), tensorScale);
    }

    /// <summary>Writes other codes.</summary>
    public void Recode(Func<int, byte> code)
    {
        for (int i = 0; i < Codes.Length; i++)
        {
            Codes[i] = code(i);
        }
    }

    /// <summary>Writes other scales.</summary>
    public void Rescale(Func<byte, byte> scale)
    {
        for (int i = 0; i < Scales.Length; i++)
        {
            Scales[i] = scale(Scales[i]);
        }
    }

    /// <summary>The two files.</summary>
    public (string Original, string Quantised) Write(Files files, string layout)
    {
        string header = string.Create(CultureInfo.InvariantCulture,
            $"{{\"{Name}\":{{\"dtype\":\"F32\",\"shape\":[{Rows},{Columns}],\"data_offsets\":[0,{4 * Values.Length}]}}}}");
        return (files.Safetensors("original.safetensors", header, Files.Bytes(MemoryMarshal.Cast<float, uint>(Values))),
            files.Write($"{layout}.safetensors", TableFiles.Write(layout, Name, Format.Element.Name, Rows, Columns, Codes, Scales,
                TensorScale)));
    }
}
