using System.Globalization;
using System.Runtime.InteropServices;

namespace Mxact.Benchmarks.Checkpoints;

/// <summary>Makes folders of .safetensors files as large as real checkpoints.</summary>
internal static class SampleCheckpoint
{
    private const long FileBytes = 512L << 20;
    private const int Columns = 4096, TensorsOfFile = 4;

    /// <summary>A folder of bfloat16 matrices of normal weights.</summary>
    public static void BFloat16(string folder, long bytes) => Files(folder, bytes, Columns * 2, (file, name, rows)
        => file.Add($"{name}.weight", "BF16", [rows, Columns], rows * Columns * 2, Normal));

    /// <summary>A folder of MXFP4 in gpt-oss's layout, with scales as those of normal weights are.</summary>
    public static void GptOss(string folder, long bytes) => Files(folder, bytes, (Columns / 2) + (Columns / 32), (file, name, rows) =>
    {
        file.Add($"{name}_blocks", "U8", [1, rows, Columns / 32, 16], rows * Columns / 2, part => new Random(3).NextBytes(part));
        file.Add($"{name}_scales", "U8", [1, rows, Columns / 32], rows * Columns / 32, Scales);
    });

    /// <summary>One file of very many small tensors: 4 x 64 codes in MXFP8 each, with their scales.</summary>
    public static void Small(string folder, int tensors)
    {
        Directory.CreateDirectory(folder);
        SampleFile file = new();
        for (int i = 0; i < tensors / 2; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"t{i:d6}");
            file.Add(name, "F8_E4M3", [4, 64], 256, part => part.Fill(0x7B));
            file.Add($"{name}_scale", "F8_E8M0", [4, 2], 8, part => part.Fill(0x7F));
        }

        file.Write(Path.Combine(folder, "small.safetensors"));
    }

    private static void Files(string folder, long bytes, long rowBytes, Action<SampleFile, string, long> add)
    {
        Directory.CreateDirectory(folder);
        long files = Math.Max((bytes + FileBytes - 1) / FileBytes, 1);
        for (long i = 0; i < files; i++)
        {
            SampleFile file = new();
            for (int k = 0; k < TensorsOfFile; k++)
            {
                add(file, $"model.layers.{(i * TensorsOfFile) + k}.mlp.down_proj", bytes / files / TensorsOfFile / rowBytes);
            }

            file.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:d5}-of-{files:d5}.safetensors")));
        }
    }

    private static void Normal(Span<byte> part)
    {
        float[] some = Sample.Normal(1 << 20, 5);
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(part);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (ushort)(BitConverter.SingleToUInt32Bits(some[i % some.Length]) >> 16);
        }
    }

    private static void Scales(Span<byte> part)
    {
        Random random = new(4);
        foreach (ref byte scale in part)
        {
            scale = (byte)random.Next(118, 124);
        }
    }
}
