using Mxact.Simulator.Packing;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>The fast way through GGUF's blocks is the plain one's.</summary>
public sealed class GgufStreamTests
{
    [Theory]
    [InlineData("mxfp4")]
    [InlineData("nvfp4")]
    public void Equals_the_plain_packing(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        int values = GgufStream.BlockValues(format), bytes = GgufStream.BlockBytes(format);
        const int count = 50;
        byte[] codes = new byte[count * values / 2], scales = new byte[count * values / format.BlockSize];
        Random random = new(1);
        random.NextBytes(codes);
        random.NextBytes(scales);
        byte[] blocks = new byte[count * bytes], expected = new byte[count * bytes];
        GgufStream.Pack(format, codes, scales, blocks);
        for (int i = 0; i < count; i++)
        {
            uint[] own = [.. Enumerable.Range(i * values, values).Select(k => (uint)(codes[k / 2] >> (k % 2 * 4)) & 0xF)];
            Span<byte> block = expected.AsSpan(i * bytes, bytes);
            if (format == MxFormats.Mxfp4)
            {
                GgufBlocks.PackMxfp4(scales[i], own, block);
            }
            else
            {
                GgufBlocks.PackNvfp4(scales.AsSpan(i * GgufBlocks.Nvfp4Scales, GgufBlocks.Nvfp4Scales), own, block);
            }
        }

        Assert.Equal(expected, blocks);
        byte[] codesAgain = new byte[codes.Length], scalesAgain = new byte[scales.Length];
        GgufStream.Unpack(format, blocks, codesAgain, scalesAgain);
        Assert.Equal(codes, codesAgain);
        Assert.Equal(scales, scalesAgain);
    }
}
