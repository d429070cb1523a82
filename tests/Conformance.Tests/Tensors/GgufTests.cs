using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>.gguf files: good ones to the byte, and each rule of the format broken, told in one line.</summary>
public sealed class GgufTests : IDisposable
{
    private const uint F32 = 0;
    private const uint Mxfp4 = 39;

    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Tensors_are_read_in_the_order_of_their_bytes_and_with_the_row_last()
    {
        using TensorFile file = TensorFile.Open(files.Write("a.gguf", Good()));
        Assert.Equal(["blk.0.w MXFP4 [2, 64] 68", "scale F32 [] 4", "norm BF16 [5] 10", "e NVFP4 [3, 1, 2, 64] 216", "q Q6_K [1, 256] 210",
            "none F16 [0, 4] 0"], file.Tensors.Select(t => $"{t.Name} {t.Type} {t.ShapeText} {t.Bytes}"));
        GgufHeader header = file.Gguf!;
        Assert.Equal([0, 96, 128, 160, 384, 608], file.Tensors.Select(t => t.Offset - header.DataOffset));
        Assert.Equal(file.Tensors, header.Tensors);
        Assert.Equal("llama", header.Architecture);
        Assert.Equal(32, header.Alignment);
        Assert.Equal(14, header.KeyValueCount);
        byte[] first = new byte[68];
        file.Read(file.Tensors[0].Offset, first);
        Assert.Equal(Enumerable.Range(1, 68).Select(i => (byte)i), first);
    }

    [Fact]
    public void Tensors_in_another_order_than_their_bytes_are_put_in_order()
    {
        using TensorFile file = TensorFile.Open(files.Write("a.gguf",
            GgufBytes.Start(2, 0).Tensor("b", F32, 32, 4).Tensor("a", F32, 0, 8).Data(32, 32, 16).Whole));
        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void A_file_of_another_name_is_known_by_its_first_bytes()
    {
        using TensorFile named = TensorFile.Open(files.Write("sha256-0", Good()));
        Assert.Equal(6, named.Gguf!.Tensors.Length);
        using TensorFile raw = TensorFile.Open(files.Write("a.raw", Good()));
        Assert.Null(raw.Gguf);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(128)]
    public void What_was_read_is_written_byte_for_byte(int alignment)
    {
        byte[] whole = GgufBytes.Start(2, 2).Text("general.architecture").U32(8).Text("gpt-oss").Alignment((uint)alignment)
            .Tensor("a", Mxfp4, 0, 32, 1).Tensor("b", 1, (ulong)alignment * (uint)((17 + alignment - 1) / alignment), 3)
            .Data(alignment, 17, 6).Whole;
        foreach (byte[] file in new[] { whole, Good() })
        {
            GgufHeader header = GgufHeader.Read(Part(file), file.Length);
            (byte[] written, ImmutableArray<long> offsets) = Rewritten(header);
            Assert.Equal(file[..(int)header.DataOffset], written);
            Assert.Equal(header.Tensors.Select(t => t.Offset - header.DataOffset), offsets);
        }
    }

    [Fact]
    public void Minimal_keys_make_a_file()
    {
        TensorInfo tensor = new("blk.0.w.weight", GgufTypes.Mxfp4, [2, 64], 0, 68);
        (byte[] header, ImmutableArray<long> offsets) = GgufHeader.Write([tensor, tensor with { Name = "b" }],
            GgufHeader.MinimalKeyValues("llama").AsSpan(), GgufHeader.MinimalCount, GgufHeader.DefaultAlignment);
        Assert.Equal([0, 96], offsets);
        Assert.Equal(GgufBytes.Start(2, 2).Text("general.architecture").U32(8).Text("llama").Alignment(32)
            .Tensor("blk.0.w.weight", Mxfp4, 0, 64, 2).Tensor("b", Mxfp4, 96, 64, 2).Data(32).Whole, header);
        GgufHeader read = GgufHeader.Parse(header, header.Length + 192)!;
        Assert.Equal([header.Length, header.Length + 96], read.Tensors.Select(t => t.Offset));
    }

    /// <summary>The sizes that ggml's own source asserts.</summary>
    [Fact]
    public void Every_type_has_the_size_of_its_block()
        => Assert.Equal(
            "0 F32 1 4, 1 F16 1 2, 2 Q4_0 32 18, 3 Q4_1 32 20, 6 Q5_0 32 22, 7 Q5_1 32 24, 8 Q8_0 32 34, 9 Q8_1 32 36, 10 Q2_K 256 84, "
            + "11 Q3_K 256 110, 12 Q4_K 256 144, 13 Q5_K 256 176, 14 Q6_K 256 210, 15 Q8_K 256 292, 16 IQ2_XXS 256 66, 17 IQ2_XS 256 74, "
            + "18 IQ3_XXS 256 98, 19 IQ1_S 256 50, 20 IQ4_NL 32 18, 21 IQ3_S 256 110, 22 IQ2_S 256 82, 23 IQ4_XS 256 136, 24 I8 1 1, "
            + "25 I16 1 2, 26 I32 1 4, 27 I64 1 8, 28 F64 1 8, 29 IQ1_M 256 56, 30 BF16 1 2, 34 TQ1_0 256 54, 35 TQ2_0 256 66, "
            + "39 MXFP4 32 17, 40 NVFP4 64 36, 41 Q1_0 128 18, 42 Q2_0 64 18",
            string.Join(", ", from id in Enumerable.Range(0, 300)
                              let type = GgufTypes.Find((uint)id)
                              where type is not null && GgufTypes.IdOf(type) == id
                              select $"{id} {type} {type.Values} {type.Bytes(type.Values)}"));

    [Fact]
    public void A_block_is_sized_whole_or_not_at_all()
    {
        Assert.Equal(68, TensorSize.Of(GgufTypes.Mxfp4, [2, 64]));
        Assert.Equal(0, TensorSize.Of(GgufTypes.Mxfp4, [2, 0]));
        Assert.Null(TensorSize.Of(GgufTypes.Mxfp4, [64, 2]));
        Assert.Null(TensorSize.Of(GgufTypes.Mxfp4, []));
        Assert.Null(TensorSize.Of(GgufTypes.Mxfp4, [1L << 40, 1L << 40]));
        Assert.Equal(17L << 40, GgufTypes.Mxfp4.Bytes(32L << 40));
        Assert.Null(TensorType.Find("MXFP4"));
    }

    [Fact]
    public void Headers_that_break_a_rule_are_refused()
    {
        Refused(new GgufBytes().Raw("GGML"u8).U32(3), "does not begin as a .gguf file does");
        Refused(GgufBytes.Start(0, 0, version: 1), "version 1 of .gguf is not known; taken are 2 and 3");
        Refused(GgufBytes.Start(0, 0, version: 4), "version 4");
        Refused(GgufBytes.Start(0, 0, version: 3 << 24), "big-endian");
        Refused(GgufBytes.Start(ulong.MaxValue, 0), "has 18446744073709551615 tensors, for which the 8 bytes left of the file are too few");
        Refused(GgufBytes.Start(0, 1L << 62), "has 4611686018427387904 keys, for which the 0 bytes left");
        Refused(Empty(10_000), "the header has 10000 tensors, too many for a file of");
        Refused(GgufBytes.Start(0, 0).Raw(new byte[16]), "the file has 8 bytes behind the last tensor");
    }

    [Fact]
    public void Keys_that_break_a_rule_are_refused()
    {
        Refused(Key().U32(13).U64(0), "key 'k' has a value of the unknown type 13");
        Refused(Key().U32(9).U32(99).U64(0), "key 'k' has a value of the unknown type 99");
        Refused(Key().U32(8).U64(1000).U64(0), "key 'k' has a string of 1000 bytes at byte 45, which reaches beyond the file's 53");
        Refused(Key().U32(8).U64(ulong.MaxValue), "string of 18446744073709551615 bytes");
        Refused(Key().U32(9).U32(8).U64(1L << 60), "key 'k' has 1152921504606846976 elements, for which the 0 bytes left");
        Refused(Key().U32(9).U32(6).U64(3).U64(0), "key 'k' has 3 elements, for which the 8 bytes left");
        Refused(Key().U32(10).U32(0), "key 'k' reaches beyond the file's 41 bytes: it is cut short");
        Refused(GgufBytes.Start(0, 1).Text(new string('k', 70000)).U32(4).U32(0), "a key has a string of 70000 bytes, above 65535");
        Refused(GgufBytes.Start(0, 1).Text("a\nb").U32(70).U64(0), "key 'a");
        Refused(GgufBytes.Start(0, 1).Text("general.architecture").U32(4).U32(0), "'general.architecture' is of type 4, where 8 belongs");
        Refused(GgufBytes.Start(0, 1).Text("general.alignment").U32(10).U64(32), "'general.alignment' is of type 10, where 4 belongs");
        Refused(GgufBytes.Start(0, 2).Alignment(32).Alignment(32), "key 'general.alignment' is there twice");
        foreach (uint alignment in new[] { 0u, 4u, 48u, 1u << 21, 1u << 31 })
        {
            Refused(GgufBytes.Start(0, 1).Alignment(alignment), $"the alignment {alignment} is no power of two from 8 to 1048576");
        }
    }

    [Fact]
    public void Arrays_nest_to_a_depth()
    {
        Assert.Equal(1, GgufHeader.Parse(Nested(8).Whole, Nested(8).Whole.Length)!.KeyValueCount);
        Refused(Nested(9), "key 'k' has arrays in arrays, more than 8 levels");
        Refused(Nested(100_000), "more than 8 levels");
    }

    [Fact]
    public void Tensors_that_break_a_rule_are_refused()
    {
        Refused(One(99, 0, 4), "tensor 'a' has the unknown type 99");
        Refused(One(4, 0, 32), "tensor 'a' has the unknown type 4");
        Refused(One(Mxfp4, 0, 33, 2), "tensor 'a': rows of [2, 33] are no multiple of MXFP4's block of 32 values");
        Refused(One(Mxfp4, 0), "tensor 'a': rows of [] are no multiple of MXFP4's block of 32 values");
        Refused(One(F32, 0, 1L << 32, 1L << 32), "tensor 'a': F32 [4294967296, 4294967296] is larger than a file can be");
        Refused(One(F32, 0, 0, 1L << 32, 1L << 32), "tensor 'a': F32 [4294967296, 4294967296, 0] is larger than a file can be");
        Refused(One(F32, 0, ulong.MaxValue), "tensor 'a' has the extent 18446744073709551615");
        Refused(One(F32, 0, 1, 1, 1, 1, 1), "tensor 'a' has 5 extents, more than 4");
        Refused(One(F32, 16, 4), "tensor 'a' has the offset 16, no multiple of the alignment 32");
        Refused(One(F32, ulong.MaxValue - 31, 4), "tensor 'a' has the offset 18446744073709551584, larger than a file can be");
        Refused(One(F32, 32, 4), "tensor 'a' begins at data offset 32, after a hole");
        Refused(One(F32, 0, 24), "tensor 'a' ends 64 bytes beyond the end of the file: it is cut short");
        Refused(One(F32, 0, 4).Raw(new byte[3]), "has 3 bytes behind the last tensor");
        Refused(GgufBytes.Start(1, 0).Text(new string('a', 256)).Raw(new byte[100]), "a tensor has a string of 256 bytes, above 255");
        Refused(GgufBytes.Start(1, 0).U64(1000).Raw(new byte[100]), "a tensor has a string of 1000 bytes at byte 32, which reaches beyond");
        Refused(GgufBytes.Start(1, 0).U64(1).Raw([0xFF]).U32(0).U32(0).U64(0).Data(32, 4), "has a name that is not UTF-8");
        Refused(GgufBytes.Start(2, 0).Tensor("a", F32, 0, 4).Tensor("a", F32, 32, 4).Data(32, 16, 16), "the header names 'a' twice");
        Refused(GgufBytes.Start(2, 0).Tensor("a", F32, 0, 9).Tensor("b", F32, 32, 4).Data(32, 36, 16),
            "tensor 'b' begins at data offset 32, inside another tensor: 64 is the end of the one before");
        Refused(GgufBytes.Start(2, 0).Tensor("a", F32, 0, 4).Tensor("b", F32, 64, 4).Data(32, 16, 16, 16),
            "tensor 'b' begins at data offset 64, after");
    }

    /// <summary>
    /// Every truncation of a good file is refused, but for the padding behind the last tensor, which the format's own reader does not
    /// need either.
    /// </summary>
    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = Good();
        GgufHeader header = GgufHeader.Parse(whole, whole.Length)!;
        long end = header.Tensors.Max(t => t.Offset + t.Bytes);
        for (int length = 0; length < whole.Length; length++)
        {
            if (length >= end)
            {
                Assert.Equal(header.Tensors, GgufHeader.Read(Part(whole[..length]), length).Tensors);
                continue;
            }

            TensorFileException refusal = Assert.Throws<TensorFileException>(() => GgufHeader.Read(Part(whole[..length]), length));
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.Null(length < header.DataOffset - 31 ? GgufHeader.Parse(whole.AsSpan(0, length), whole.Length) : null);
        }
    }

    /// <summary>Every byte of a good header, changed, gives a header that can be rewritten, or a refusal.</summary>
    [Fact]
    public void No_changed_byte_crashes_the_reader()
    {
        byte[] whole = Good();
        int header = (int)GgufHeader.Parse(whole, whole.Length)!.DataOffset;
        for (int at = 0; at < header; at++)
        {
            byte was = whole[at];
            foreach (int value in new[] { 0, 1, 0x7F, 0x80, 0xFF, was ^ 1, was ^ 8, was + 1 })
            {
                whole[at] = (byte)value;
                try
                {
                    Rewritten(GgufHeader.Read(Part(whole), whole.Length));
                }
                catch (TensorFileException exception)
                {
                    Assert.DoesNotContain('\n', exception.Message);
                }
            }

            whole[at] = was;
        }
    }

    [Fact]
    public void A_long_header_is_read_in_parts_and_a_hostile_one_costs_little()
    {
        GgufBytes vocabulary = GgufBytes.Start(1, 1).Text("tokens").U32(9).U32(8).U64(200_000);
        for (int i = 0; i < 200_000; i++)
        {
            vocabulary.Text("token");
        }

        byte[] large = vocabulary.Tensor("a", F32, 0, 100_000).Data(32, 400_000).Whole;
        List<int> lengths = [];
        GgufHeader header = GgufHeader.Read((offset, count) =>
        {
            lengths.Add(count);
            return Part(large)(offset, count);
        }, large.Length);
        Assert.Equal("a", Assert.Single(header.Tensors).Name);
        Assert.Equal([1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21, large.Length], lengths);
        Assert.Equal(large[..(int)header.DataOffset], Rewritten(header).Header);

        // Each without a value, so that none has data: the most memory for a byte of the file.
        byte[] small = Empty(4000).Whole;
        GgufHeader.Parse(small, small.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        GgufHeader.Parse(small, small.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, small.Length + (1 << 20));
    }

    [Fact]
    public void What_gguf_cannot_hold_is_not_written()
    {
        TensorInfo tensor = new("a", TensorType.F32, [4], 0, 16);
        ImmutableArray<byte> keys = GgufHeader.MinimalKeyValues("x");
        Unwritten(tensor with { Type = TensorType.F8E4M3 }, "tensor 'a' is F8_E4M3, for which .gguf has no type");
        Unwritten(tensor with { Shape = [1, 1, 1, 1, 4] }, "tensor 'a' has 5 extents, and .gguf takes 4");
        Unwritten(tensor with { Name = new('a', 256) }, "a name of 256 bytes, and .gguf takes 255");
        Assert.Throws<ArgumentException>(() => GgufHeader.Write([tensor], keys.AsSpan(), 2, 64));
        Assert.Throws<ArgumentException>(() => GgufHeader.Write([tensor], keys.AsSpan(), 1, 32));

        void Unwritten(TensorInfo info, string says) => Assert.Contains(says,
            Assert.Throws<TensorFileException>(() => GgufHeader.Write([info], keys.AsSpan(), 2, 32)).Message, StringComparison.Ordinal);
    }

    /// <summary>Tensors of several types, and a value of every type.</summary>
    private static byte[] Good()
    {
        GgufBytes file = GgufBytes.Start(6, 14).Text("general.architecture").U32(8).Text("llama").Alignment(32);
        foreach ((uint type, int size) in new[]
        {
            (0u, 1), (1u, 1), (2u, 2), (3u, 2), (5u, 4), (6u, 4), (7u, 1), (10u, 8), (11u, 8), (12u, 8),
        })
        {
            file.Text($"k.{type}").U32(type).Raw(new byte[size]);
        }

        return file.Text("strings").U32(9).U32(8).U64(3).Text("a").Text("").Text("\u00e9")
            .Text("arrays").U32(9).U32(9).U64(2).U32(4).U64(2).U32(1).U32(2).U32(9).U64(0)
            .Tensor("blk.0.w", Mxfp4, 0, 64, 2).Tensor("scale", F32, 96).Tensor("norm", 30, 128, 5).Tensor("e", 40, 160, 64, 2, 1, 3)
            .Tensor("q", 14, 384, 256, 1).Tensor("none", 1, 608, 4, 0).Data(32, 68, 4, 10, 216, 210).Whole;
    }

    private static GgufBytes Key() => GgufBytes.Start(0, 1).Text("k");

    private static GgufBytes One(uint type, ulong offset, params ulong[] extents)
        => GgufBytes.Start(1, 0).Tensor("a", type, offset, extents).Data(32, 20);

    private static GgufBytes Empty(int tensors)
    {
        GgufBytes file = GgufBytes.Start((ulong)tensors, 0);
        for (int i = 0; i < tensors; i++)
        {
            file.Tensor($"{i}", F32, 0, 0);
        }

        return file.Data(32);
    }

    private static GgufBytes Nested(int levels)
    {
        GgufBytes file = Key().U32(9);
        for (int level = 1; level < levels; level++)
        {
            file.U32(9).U64(1);
        }

        return file.U32(0).U64(1).Raw([7]).Data(32);
    }

    private static (byte[] Header, ImmutableArray<long> Offsets) Rewritten(GgufHeader header)
        => GgufHeader.Write(header.Tensors, header.KeyValues.AsSpan(), header.KeyValueCount, header.Alignment);

    private static Func<long, int, byte[]> Part(byte[] file) => (offset, count) => file[(int)offset..((int)offset + count)];

    private void Refused(GgufBytes file, string says)
    {
        string path = files.Write("bad.gguf", file.Whole);
        UsageException refusal = Assert.Throws<UsageException>(() => TensorFile.Open(path).Dispose());
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
