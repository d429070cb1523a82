using System.Text;
using Mxact.Common;
using Mxact.Shell;

namespace Mxact.Vectors.Tests;

/// <summary>Golden folders of somebody else: what cannot be asked, or would be read elsewhere, is refused with its place.</summary>
public sealed class HostileGoldenTests : IDisposable
{
    private const string Head = "id,level,operation,formats,choices,operands,expected,latitudes,clause,flags\n";

    private readonly string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("[null]", "files[0]: is null")]
    [InlineData("[{}]", "files[0]: its name is not")]
    [InlineData("""[{"name":null,"rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"../x.csv","rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"/etc/passwd","rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"a/x.csv","rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"..","rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"x\u001b[31m.csv","rows":1,"sha256":"00"}]""", "files[0]: its name is not")]
    [InlineData("""[{"name":"x.csv","rows":-1,"sha256":"00"}]""", "files[0]: has -1 rows")]
    [InlineData("""[{"name":"x.csv","rows":1,"sha256":"00"}]""", "files[0]: its sha256 is not")]
    [InlineData("""[{"name":"x.csv","name":"y.csv","rows":1,"sha256":"00"}]""", "not a manifest")]
    [InlineData("7", "not a manifest")]
    public void A_manifest_names_files_of_its_folder(string files, string says)
    {
        File.WriteAllText(Path.Combine(folder, "manifest.json"),
            $$"""{"schema_version":2,"set":"x","generator":"x","seed":"1","license":"x","files":{{files}}}""");
        Assert.Contains(says, Assert.Throws<VectorFileException>(() => GoldenSet.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not found")]
    [InlineData("{}", "not a manifest")]
    [InlineData("null", "not a manifest")]
    [InlineData("{\"set\":\"\u00e9\"", "not a manifest")]
    public void What_is_no_manifest_is_one_line(string text, string says)
    {
        if (text.Length > 0)
        {
            File.WriteAllText(Path.Combine(folder, "manifest.json"), text);
        }

        Assert.Contains(says, Assert.Throws<VectorFileException>(() => GoldenSet.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,smoke,encode,e4m3,,,00,,x,", "the operands are not words")]
    [InlineData("a,smoke,encode,e4m3,,3f80000g,00,,x,", "the operands are not words")]
    [InlineData("a,smoke,encode,e4m3,,3F800000,00,,x,", "the operands are not words")]
    [InlineData("a,smoke,encode,e4m3,,3f800000  00,00,,x,", "the operands are not words")]
    [InlineData("a,smoke,encode,e4m3,,3f80,00,,x,", "the input has 4 digits, not 8")]
    [InlineData("a,smoke,encode,e4m3,,3f800000,,,x,", "the expected words are neither")]
    [InlineData("a,smoke,encode,e4m3,,3f800000,zz,,x,", "the expected words are neither")]
    [InlineData("a,smoke,encode,e4m3 e4m3,,3f800000,00,,x,", "encode names 1 formats")]
    [InlineData("a,smoke,encode,,,3f800000,00,,x,", "encode names 1 formats")]
    [InlineData("a,smoke,dot,e4m3,,38 38 00000000,00000000,,x,", "dot names 2 formats")]
    [InlineData("a,smoke,encode,e4m3,nope=1,3f800000,00,,x,", "unknown choice 'nope'")]
    [InlineData("a,smoke,encode,e4m3,x,3f800000,00,,x,", "'x' is not key=value")]
    [InlineData("a,smoke,quantize,mxfp4,,3f8000,7f 2,,x,", "the block is not 1 to 32 inputs of 8 digits")]
    [InlineData("a,smoke,quantize,mxfp4,,3f800000,7f,,x,", "the expected words are not a scale code and a code for every input")]
    [InlineData("a,smoke,quantize,mxfp4,,3f800000,7f 2222,,x,", "the expected words are not a scale code and a code for every input")]
    [InlineData("a,\"Smoke,Deep\",encode,e4m3,,3f800000,00,,x,", "not a row of a golden set")]
    [InlineData("a,7,encode,e4m3,,3f800000,00,,x,", "not a row of a golden set")]
    [InlineData(",smoke,encode,e4m3,,3f800000,00,,x,", "the id is not one")]
    [InlineData("a\u001b[31m,smoke,encode,e4m3,,3f800000,00,,x,", "the id is not one")]
    public void A_row_that_cannot_be_asked_is_named(string row, string says)
    {
        string path = Path.Combine(folder, "x.csv");
        File.WriteAllText(path, Head + row + "\n");
        string message = Assert.Throws<VectorFileException>(() => VectorFile.Read(path).Count()).Message;
        Assert.Contains($"{path}:2: ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_quote_and_bytes_that_are_no_text_are_refused()
    {
        string path = Path.Combine(folder, "x.csv");
        File.WriteAllText(path, Head + "a,\"" + string.Concat(Enumerable.Repeat(new string('x', 1000) + "\n", 20_000)));
        Assert.Contains("is longer than", Assert.Throws<VectorFileException>(() => VectorFile.Read(path).Count()).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes(Head), 0xff, 0xfe]);
        Assert.Contains("is not UTF-8", Assert.Throws<VectorFileException>(() => VectorFile.Read(path).Count()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_stands_twice_is_named()
    {
        TestVector row = VectorFile.Read(Path.Combine(Repository.At("Vectors", "golden", "v1"), "decode.csv")).First();
        Assert.Contains($"row {row.Id} stands twice",
            Assert.Throws<VectorFileException>(() => GoldenChanges.Find([("a", [row]), ("b", [row])], [])).Message,
                StringComparison.Ordinal);
    }

    /// <summary>The manifest is held from the beginning: a second generation of the same folder would mix with the first.</summary>
    [Fact]
    public void A_set_is_generated_by_one_process_at_a_time()
    {
        using AtomicFile other = AtomicFile.Create(Path.Combine(folder, "manifest.json"));
        Assert.Contains("is writing it", Assert.Throws<UsageException>(() => GoldenSet.Generate(folder)).Message, StringComparison.Ordinal);
    }
}
