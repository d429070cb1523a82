using System.Runtime.InteropServices;
using Mxact.Tensors.Files;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Numbers of tensor files as binary32 and back, bit by bit.</summary>
public sealed class NumberTests
{
    /// <summary>Ties to even, the carry into the exponent, the largest, infinities, and NaNs whose payload lies in the lost half.</summary>
    [Fact]
    public void Bfloat16_is_the_upper_half_rounded_to_even()
    {
        uint[] values =
        [
            0x3F800000, 0x3F808000, 0x3F808001, 0x3F818000, 0x3FFFFFFF, 0x7F7F7FFF, 0x7F7F8000, 0x7F800000, 0xFF800000, 0x7F800001,
            0xFFC00000, 0x80000000, 0x00008000, 0x00018000,
        ];
        ushort[] narrow = new ushort[values.Length];
        Narrowing.ToBFloat16(values, narrow);
        Assert.Equal(
        [
            0x3F80, 0x3F80, 0x3F81, 0x3F82, 0x4000, 0x7F7F, 0x7F80, 0x7F80, 0xFF80, 0x7FC0, 0xFFC0, 0x8000, 0x0000, 0x0002,
        ], narrow);
    }

    [Fact]
    public void Every_width_is_widened_exactly()
    {
        Assert.Equal([0x3F800001u, 0xFF800000u, 0x7FC01234u], Widen(TensorType.F32, Files.Bytes([0x3F800001u, 0xFF800000, 0x7FC01234])));
        Assert.Equal([0x3F800000u, 0xC0490000u, 0x7F800000u], Widen(TensorType.BF16, Files.Bytes([(ushort)0x3F80, 0xC049, 0x7F80])));

        // 1, the smallest subnormal 2^-24, the largest 65504, -Inf, -0.
        Assert.Equal([0x3F800000u, 0x33800000u, 0x477FE000u, 0xFF800000u, 0x80000000u],
            Widen(TensorType.F16, Files.Bytes([(ushort)0x3C00, 0x0001, 0x7BFF, 0xFC00, 0x8000])));
    }

    /// <summary>The names and widths of safetensors' Dtype, v0.7.</summary>
    [Theory]
    [InlineData(4, "F4")]
    [InlineData(6, "F6_E2M3", "F6_E3M2")]
    [InlineData(8, "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ")]
    [InlineData(16, "F16", "BF16", "I16", "U16")]
    [InlineData(32, "F32", "I32", "U32")]
    [InlineData(64, "F64", "I64", "U64", "C64")]
    public void Every_type_of_a_tensor_has_its_width(int bits, params string[] names)
        => Assert.All(names, name => Assert.Equal(bits, TensorType.Find(name)?.Bits));

    private static uint[] Widen(TensorType type, byte[] bytes)
    {
        float[] values = new float[bytes.Length * 8 / type.Bits];
        Widening.ToBinary32(type, bytes, values);
        return MemoryMarshal.Cast<float, uint>(values.AsSpan()).ToArray();
    }
}
