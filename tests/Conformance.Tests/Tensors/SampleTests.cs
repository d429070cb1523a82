using System.Buffers.Binary;
using System.Text;
using Mxact.Common;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>
/// The file that the command's page shows: weights whose columns differ in spread, and activations three of whose channels are
/// forty times as large as the others. Sums of twelve uniform numbers stand for Gaussian ones, so that every machine makes the same bits.
/// </summary>
public sealed class SampleTests
{
    private const int Rows = 48;
    private const int Columns = 96;

    [Fact]
    public void The_sample_is_what_its_recipe_gives()
        => Assert.Equal(Make(), File.ReadAllBytes(Repository.At("tests", "Conformance.Tests", "Samples", "layer.safetensors")));

    internal static byte[] Make()
    {
        ulong state = 1;
        byte[] data = new byte[(Rows * Columns * 4) + (Rows * Columns * 2)];
        for (int i = 0; i < Rows * Columns; i++)
        {
            float weight = Bell(ref state) / 8192f * (1 + (i % Columns % 7)) / 64;
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), weight);
        }

        for (int i = 0; i < Rows * Columns; i++)
        {
            float activation = Bell(ref state) / 8192f * (i % Columns % 40 == 5 ? 40 : 1);
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan((Rows * Columns * 4) + (2 * i)),
                (ushort)(BitConverter.SingleToUInt32Bits(activation) >> 16));
        }

        const int split = Rows * Columns * 4;
        string header = $$$"""{"down_proj.weight":{"dtype":"F32","shape":[{{{Rows}}},{{{Columns}}}],"data_offsets":[0,{{{split}}}]}"""
            + $$$""","input":{"dtype":"BF16","shape":[{{{Rows}}},{{{Columns}}}],"data_offsets":[{{{split}}},{{{data.Length}}}]}}""";
        header = header.PadRight(192);
        return [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. data];
    }

    /// <summary>The sum of twelve numbers from -4096 to 4095 (Knuth's MMIX generator): standard deviation 8192.</summary>
    private static int Bell(ref ulong state)
    {
        int sum = 0;
        for (int i = 0; i < 12; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            sum += (int)(state >> 51) - 4096;
        }

        return sum;
    }
}
