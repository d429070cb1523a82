using System.Diagnostics;
using System.Xml.Linq;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary><c>mxact compare</c> as a shell runs it.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_table_a_csv_and_a_picture()
    {
        uint[] values = CompareTests.Values(4096, hasSpecials: false);
        string source = files.Safetensors("in.safetensors",
            """{"layer.0.[x]":{"dtype":"F32","shape":[64,32],"data_offsets":[0,8192]}"""
            + ""","layer.1,\"q\"":{"dtype":"F32","shape":[2048],"data_offsets":[8192,16384]},"ids":{"dtype":"I32","shape":[1]"""
            + ""","data_offsets":[16384,16388]}}""",
            Files.Bytes(values), new byte[4]);
        (int code, string output, string error) = MxactProgram.Run("", "compare", source, "--csv", files.At("a.csv"), "--svg",
            files.At("a.svg"), "--format", "mxfp4", "--format", "mxint8", "--scale-rule", "floor", "--scale-rule", "ceil");
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("layer.0.[x] [64, 32]\n", output, StringComparison.Ordinal);
        Assert.Contains("all tensors\n", output, StringComparison.Ordinal);
        Assert.Contains($"{source}: 2 tensors, 4096 elements, blocks of 32 along rows", output, StringComparison.Ordinal);
        Assert.EndsWith("passed over: 1 of I32\n", output, StringComparison.Ordinal);

        string[] csv = File.ReadAllLines(files.At("a.csv"));
        Assert.Equal(1 + (2 * 4), csv.Length);
        Assert.StartsWith("tensor,dtype,shape,axis,format,scale_rule,rounding,finite,", csv[0], StringComparison.Ordinal);
        Assert.StartsWith("layer.0.[x],F32,64x32,rows,mxfp4,floor,ties-to-even,2048,0,0,", csv[1], StringComparison.Ordinal);
        Assert.StartsWith("\"layer.1,\"\"q\"\"\",F32,2048,rows,mxint8,ceil,", csv[8], StringComparison.Ordinal);

        XDocument svg = XDocument.Load(files.At("a.svg"));
        string[] texts = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        foreach (string text in new[] { "in.safetensors", "SQNR, dB", "saturated, %", "flushed to zero, %", "in the last bin, %", "floor",
            "ceil", "mxfp4", "mxint8" })
        {
            Assert.Contains(text, texts);
        }
    }

    /// <summary>Many tensors: those with the least SQNR are shown, the CSV has all.</summary>
    [Fact]
    public void Of_many_tensors_the_worst_are_shown()
    {
        string entries = string.Join(',',
            Enumerable.Range(0, 30).Select(i
            => $"\"t{i:00}\":{{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[{8 * i},{(8 * i) + 8}]}}"));

        // 1 + i/64 beside 1: exact in MXFP4 only for the first tensor.
        byte[][] data = [.. Enumerable.Range(0, 30).Select(i
            => Files.Bytes([0x3F800000, BitConverter.SingleToUInt32Bits(1 + (i / 128f))]))];
        string source = files.Safetensors("in.safetensors", $"{{{entries}}}", data);
        (int code, string output, _) = MxactProgram.Run("", "compare", source, "--format", "mxfp4", "--scale-rule", "floor", "--csv",
            files.At("a.csv"));
        Assert.Equal(0, code);
        Assert.DoesNotContain("t00", output, StringComparison.Ordinal);
        Assert.Contains("t29", output, StringComparison.Ordinal);
        Assert.Contains("shown are the 24 of least SQNR; --csv has all", output, StringComparison.Ordinal);
        Assert.Equal(31, File.ReadAllLines(files.At("a.csv")).Length);
        Assert.EndsWith(",0,Infinity,0", File.ReadAllLines(files.At("a.csv"))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare in.safetensors --format mxfp9", "unknown block format 'mxfp9'")]
    [InlineData("compare in.safetensors --format nvfp4-16x16", "nvfp4-16x16 is neither NVFP4 nor 32 elements under E8M0")]
    [InlineData("compare in.safetensors --format e4m3/e8m0/4095 --format e4m3/e8m0/4093", "blocks of 4095 and of 4093 elements meet only")]
    [InlineData("compare in.safetensors --scale-rule up", "unknown scale-rule 'up'")]
    [InlineData("compare in.safetensors --scale-rule mse", "scale-rule=mse is not a threshold")]
    [InlineData("compare in.safetensors --profile ggml", "computed by the reference only")]
    [InlineData("compare in.safetensors --axis sideways", "--axis is rows or columns, not 'sideways'")]
    [InlineData("compare in.safetensors --axis columns", "no tensor can be compared: 1 no matrix, 1 of I32")]
    [InlineData("compare in.safetensors --tensor ids", "no tensor can be compared: 1 of I32")]
    [InlineData("compare in.safetensors --tensor x*", "no tensor is called 'x*'; there are w, ids")]
    [InlineData("compare in.safetensors --seed xyz", "--seed is hexadecimal")]
    [InlineData("compare in.safetensors --choice partial-block=error", "tensor 'w': 6 elements do not fill blocks of 32")]
    [InlineData("compare in.safetensors --csv none/a.csv", "there is no folder")]
    [InlineData("compare missing.safetensors", "missing.safetensors")]
    public void Refuses_bad_input(string command, string says)
    {
        files.Safetensors("in.safetensors",
            """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"ids":{"dtype":"I32","shape":[1],"data_offsets":[24,28]}}""",
            new byte[28]);
        (int code, string output, string error) = MxactProgram.Run("",
            [.. command.Split(' ').Select(word => word.EndsWith(".safetensors", StringComparison.Ordinal)
            || word.StartsWith("none/", StringComparison.Ordinal) ? files.At(word) : word)]);
        Assert.Equal(("", 2), (output, code));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.StartsWith("mxact: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    /// <summary>
    /// Two gigabytes of numbers (a file of zeros that takes no room) in less than half a gigabyte of memory; and Ctrl-C in the midst of
    /// a hundred.
    /// </summary>
    [Fact]
    public void A_file_larger_than_memory_streams_and_stops_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads the peak of a process from /proc");
        (int code, string output, long peak) = Run(2L << 30, interrupt: false);
        Assert.Equal(0, code);
        Assert.Contains("536870912 elements", output, StringComparison.Ordinal);
        Assert.InRange(peak, 1, 500L << 20);

        (code, output, _) = Run(100L << 30, interrupt: true);
        Assert.Equal(130, code);
        Assert.EndsWith("incomplete: stopped after 0 tensors\n", output, StringComparison.Ordinal);
    }

    private (int ExitCode, string Output, long Peak) Run(long length, bool interrupt)
    {
        using (FileStream file = File.Create(files.At("zeros.bin")))
        {
            file.SetLength(length);
        }

        ProcessStartInfo start = MxactProgram.Signalled("compare", files.At("zeros.bin"), "--format", "mxfp4", "--scale-rule", "floor");
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        using Leash leash = new(process);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        long peak = 0;
        Stopwatch watch = Stopwatch.StartNew();
        while (!process.WaitForExit(50))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "compare did not end");
            foreach (string line in Status(process.Id).Where(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)))
            {
                peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                    System.Globalization.CultureInfo.InvariantCulture) << 10;
            }

            if (interrupt && watch.Elapsed > TimeSpan.FromSeconds(2))
            {
                interrupt = false;
                Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
            }
        }

        return (process.ExitCode, output.Result, peak);
    }

    private static string[] Status(int process)
    {
        try
        {
            return File.ReadAllLines($"/proc/{process}/status");
        }
        catch (IOException)
        {
            // It has just ended.
            return [];
        }
    }
}
