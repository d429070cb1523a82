using System.Text;
using Mxact.Cli.Commands;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Files as their writers make them, and files as nobody should: each told in one line, none believed.</summary>
public sealed class TensorFileTests : IDisposable
{
    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Safetensors_are_read_in_the_order_of_their_bytes()
    {
        string path = files.Safetensors("a.safetensors",
            """{"b":{"dtype":"BF16","shape":[2,2],"data_offsets":[12,20]},"__metadata__":{"format":"pt"}"""
            + ""","a":{"data_offsets":[0,12],"shape":[3],"note":{"x":[1]},"dtype":"F32"},"s":{"dtype":"F4","shape":[1,4]"""
            + ""","data_offsets":[20,22]}}   """,
            new byte[22]);
        using TensorFile file = TensorFile.Open(path);
        Assert.Equal(["a F32 [3] 12", "b BF16 [2, 2] 8", "s F4 [1, 4] 2"],
            file.Tensors.Select(t => $"{t.Name} {t.Type} {t.ShapeText} {t.Bytes}"));
        Assert.Equal(new FileInfo(path).Length - 22, file.Tensors[0].Offset);
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}""", 12, "not the JSON")]
    [InlineData("""["a"]""", 0, "does not begin with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}} x""", 12, "not the JSON")]
    [InlineData("""{"a":7}""", 0, "'a' has a Number where a StartObject belongs")]
    [InlineData("""{"a":{"dtype":"F33","shape":[3],"data_offsets":[0,12]}}""", 12, "unknown dtype 'F33'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,12]}}""", 12, "lacks its dtype, shape or two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0]}}""", 12, "lacks its dtype, shape or two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12,24]}}""", 12, "that are not at most 2 whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}}""", 12, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3.5],"data_offsets":[0,12]}}""", 12, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,12]}}""", 12, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}}""", 12, "[3] is 12 bytes, data_offsets are [12, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}""", 12, "[4] is 16 bytes, data_offsets are [0, 12]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", 11, "cut short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", 13, "bytes that no tensor owns")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""", 16, "after a hole")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        12, "inside another tensor")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""",
        12, "names 'a' twice")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "no whole number of bytes")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[4611686018427387903,4611686018427387903],"data_offsets":[0,12]}}""",
        12, "no whole number of bytes that a file can hold")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""",
        0, "no whole number of bytes that a file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,12]}}""", 12, "whole numbers")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'__metadata__' has a Number where a String belongs")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[[3]]]]]],"data_offsets":[0,12]}}""", 12, "whole numbers")]
    [InlineData("{\"\uD800a\":{}}", 0, "lacks its dtype")]
    public void Safetensors_that_break_a_rule_are_refused(string header, int data, string says)
        => Refused(files.Safetensors("bad.safetensors", header, new byte[data]), says);

    [Theory]
    [InlineData(0, "none")]
    [InlineData(1, "t0")]
    [InlineData(5, "t0, t1, t2, t3, t4")]
    [InlineData(6, "t0, t1, t2, t3, t4 and 1 more")]
    [InlineData(9, "t0, t1, t2, t3, t4 and 4 more")]
    public void A_few_tensors_are_named_and_the_others_counted(int tensors, string said)
        => Assert.Equal(said, TensorOptions.Named([.. Enumerable.Range(0, tensors).Select(i
            => new TensorInfo($"t{i}", TensorType.F32, [1], 4 * i, 4))]));

    [Fact]
    public void A_header_longer_than_its_file_or_the_format_costs_nothing()
    {
        Refused(files.Write("long.safetensors", BitConverter.GetBytes(99_999_999ul), "{}"u8.ToArray()), "reaches beyond the file's 10");
        Refused(files.Write("huge.safetensors", BitConverter.GetBytes(ulong.MaxValue), "{}"u8.ToArray()),
            "above the format's limit of 100000000");
        Refused(files.Write("short.safetensors", [1, 2, 3]), "too few for a safetensors header");
        Refused(files.Write("latin.safetensors", BitConverter.GetBytes(6ul), [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'}']),
            "not the JSON");
    }

    /// <summary>
    /// Every truncation of a good file is refused: no byte of the header goes unread and no byte of data is taken for granted.
    /// </summary>
    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = File.ReadAllBytes(files.Safetensors("whole.safetensors",
            """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""",
            new byte[12]));
        for (int length = 0; length < whole.Length; length++)
        {
            string path = files.Write("cut.safetensors", whole[..length]);
            Assert.Throws<UsageException>(() => TensorFile.Open(path));
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", 24, "F32 [2, 3]")]
    [InlineData("{'shape':(6,),'descr':'<f2','fortran_order':False}\n", 12, "F16 [6]")]
    [InlineData("{'descr': \"<f4\", 'fortran_order': True, 'shape': (1, 6)}", 24, "F32 [1, 6]")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", 4, "F32 []")]
    public void Npy_arrays_are_read(string dictionary, int data, string expected)
    {
        using TensorFile file = TensorFile.Open(files.Npy("weights.npy", dictionary, new byte[data]));
        TensorInfo tensor = Assert.Single(file.Tensors);
        Assert.Equal($"weights {expected}", $"{tensor.Name} {tensor.Type} {tensor.ShapeText}");
        Assert.Equal(data, tensor.Bytes);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48, "quantisation would round twice")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 24, "'>f4'; taken are '<f4' and '<f2'")]
    [InlineData("{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }", 6, "'|i1'; taken are")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", 24, "elements are records")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24, "Fortran order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, "[2, 3] is 24 bytes and the file has 23")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25, "[2, 3] is 24 bytes and the file has 25")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }", 24, "larger than a file can be")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6,), }", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", 24, "cannot be read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} {", 24, "cannot be read")]
    [InlineData("{'descr': '<f4", 24, "cannot be read")]
    [InlineData("", 24, "cannot be read")]
    public void Npy_arrays_of_other_kinds_are_refused(string dictionary, int data, string says)
        => Refused(files.Npy("bad.npy", dictionary, new byte[data]), says);

    [Fact]
    public void Npy_prefixes_are_checked()
    {
        Refused(files.Write("a.npy", Encoding.ASCII.GetBytes("PK\u0003\u0004 an archive")), "does not begin as a .npy file does");
        Refused(files.Write("b.npy", [0x93, .. "NUMPY"u8]), "does not begin as a .npy file does");
        Refused(files.Write("c.npy", [0x93, .. "NUMPY"u8, 4, 0, 1, 0, 0, 0]), "version 4");
        Refused(files.Write("d.npy", [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF]), "above 65535");
        Refused(files.Write("e.npy", [0x93, .. "NUMPY"u8, 1, 0, 0xFF, 0xFF, 0, 0]), "reaches beyond the file's 12");
    }

    [Fact]
    public void Raw_files_are_binary32_by_extension_or_by_word()
    {
        foreach (string name in new[] { "x.bin", "x.F32", "x.raw" })
        {
            using TensorFile file = TensorFile.Open(files.Write(name, new byte[8]));
            Assert.Equal("x F32 [2]", $"{file.Tensors[0].Name} {file.Tensors[0].Type} {file.Tensors[0].ShapeText}");
        }

        using (TensorFile named = TensorFile.Open(files.Write("x.dat", new byte[8]), raw: true))
        {
            Assert.Equal(2, named.Tensors[0].Count);
        }

        Refused(files.At("x.dat"), "no known extension");
        Refused(files.Write("y.bin", new byte[7]), "7 bytes are no whole number of binary32 values");
        Refused(files.Folder, "is a folder");
        Assert.Throws<UsageException>(() => TensorFile.Open(files.At("missing.npy")));
    }

    private static void Refused(string path, string says)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => TensorFile.Open(path).Dispose());
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
