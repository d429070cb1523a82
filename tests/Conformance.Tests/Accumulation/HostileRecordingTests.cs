using System.IO.Compression;
using System.Text;
using Mxact.Cli.Commands;
using Mxact.Conformance.Recordings;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>Recordings that are not what they say: each is refused with file and place, none is half believed.</summary>
public sealed class HostileRecordingTests : IDisposable
{
    private const string Head = "id,kind,fa,fb,K,A,B,C,D\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Five right answers; cut anywhere, with a byte more, or with one changed, they are no five and no four.</summary>
    [Fact]
    public void A_gzip_file_is_whole_or_refused()
    {
        byte[] whole = Gzip(Rows(5));
        Assert.Equal("5 rows, 0 mismatches", Judge(whole));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<UsageException>(() => Judge(whole[..length]));
        }

        Assert.Contains("bytes behind its end", Assert.Throws<UsageException>(() => Judge([.. whole, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("several gzip files", Assert.Throws<UsageException>(() => Judge([.. whole, .. whole])).Message,
            StringComparison.Ordinal);
        for (int i = 10; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 1;
            Assert.Throws<UsageException>(() => Judge(damaged));
        }

        string Judge(byte[] bytes) => Run("fma_chain.csv.gz", bytes);
    }

    /// <summary>A megabyte that becomes 256 without a line end is refused at the limit of a line.</summary>
    [Fact]
    public void A_line_without_an_end_is_refused_while_memory_is_flat()
    {
        using MemoryStream bomb = new();
        using (GZipStream gzip = new(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(Head + "0,x,\""));
            byte[] zeros = [.. Enumerable.Repeat((byte)'0', (1 << 20) - 1), (byte)'\n'];
            for (int i = 0; i < 256; i++)
            {
                gzip.Write(zeros);
            }
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        UsageException refused = Assert.Throws<UsageException>(() => Run("fma_chain.csv.gz", bomb.ToArray()));
        Assert.Contains(": is longer than 16777216 bytes, from a quote on", refused.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 128 << 20);
    }

    [Theory]
    [InlineData("", "holds no row")]
    [InlineData(Head, "holds no row")]
    [InlineData("id,id,fa\n", "two columns are called 'id'")]
    [InlineData("id,kind,fa,fb,K,A,B,C,D\n0,x,e2m1/ue4m3/16,e2m1/ue4m3/16,16,2222222222222222,2222222222222222,00000000,41800000\n",
        "SA has 0 scales and SB 0, not 1 each for 16 elements")]
    [InlineData("id,kind,fa,fb,K,A,B,SA,SB,C,D\n0,x,e2m1/ue4m3/16,e2m1/ue4m3/16,16,2222222222222222,2222222222222222,3838,38,00000000,41800000\n",
        "SA has 2 scales and SB 1, not 1 each for 16 elements")]
    [InlineData("id,kind,fa,fb,K,A,B,SA,SB,C,D\n0,x,e2m1/ue4m3/16,e2m1/ue4m3/16,15,222222222222222,222222222222222,38,38,00000000,41800000\n",
        "K = 15 is no whole number of blocks of 16")]
    [InlineData(Head + "0,x,e2m1,e2m1,2,2f22,2222,00000000,41800000\n", "A holds codes that e2m1 has not")]
    [InlineData(Head + "0,x,e4m3,e4m3,1,38,38,00000000,3f80\n", "D has 4 digits and C 8")]
    [InlineData(Head + "0,x,e4m3\n", ":2: 3 cells under 9 columns")]
    public void What_a_row_lacks_is_one_line(string text, string says)
    {
        Exception refused = Assert.ThrowsAny<Exception>(() => Run("fma_chain.csv", Encoding.ASCII.GetBytes(text)));
        Assert.True(refused is UsageException or VectorFileException, refused.ToString());
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("fma_chain.csv", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Rows(3));
        bytes[^30] = 0xff;
        Assert.Contains("is not UTF-8", Assert.Throws<UsageException>(() => Run("fma_chain.csv", bytes)).Message, StringComparison.Ordinal);
        Assert.Contains("is not UTF-8", Assert.Throws<UsageException>(() => Run("fma_chain.csv", [.. bytes[..^30], 0xc3])).Message,
            StringComparison.Ordinal);
    }

    private static string Rows(int count) => Head + string.Concat(Enumerable.Range(0, count).Select(i => $"{i},x,e4m3,e4m3,1,38,38,00000000,"
        + "3f800000\n"));

    private static byte[] Gzip(string text)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(text));
        }

        return stream.ToArray();
    }

    private string Run(string name, byte[] content)
    {
        string path = folder.Write(name, stream => stream.Write(content));
        using StringWriter output = new() { NewLine = "\n" };
        RecordingsCommand.Run(path, null, output);
        return output.ToString().TrimEnd('\n').Split('\n')[^1];
    }
}
