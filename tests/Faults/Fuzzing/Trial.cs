using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary>Gives a reader one input after the other, and judges what it does; for one thread.</summary>
/// <param name="reader">The reader.</param>
/// <param name="folder">A folder of this thread's own, for what readers open.</param>
internal sealed class Trial(Reader reader, string folder)
{
    /// <summary>Bytes that a reader may hold at once whatever its input.</summary>
    public const long Allowance = 64 << 20;

    private readonly string path = reader.File.Length == 0 ? "input" : Path.Combine(folder, reader.File);

    /// <summary>How long an input may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Inputs that were taken.</summary>
    public long Accepted { get; private set; }

    /// <summary>Inputs that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>The longest that one took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The most that one allocated.</summary>
    public long MostBytes { get; private set; }

    /// <summary>Reads an input.</summary>
    /// <returns>What is wrong with the reader, or null.</returns>
    public Finding? Read(byte[] input)
    {
        if (reader.File.Length > 0)
        {
            File.WriteAllBytes(path, input);
        }

        Finding? finding = Once(input, out TimeSpan time);
        if (finding is null && time > Limit)
        {
            // The machine may have been busy elsewhere; what is slow is slow again.
            finding = Once(input, out time);
            finding ??= time > Limit ? new(Fault.Slow, string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f1} s")) : null;
        }

        Longest = time > Longest ? time : Longest;
        return finding?.Fault == Fault.Memory ? Held(input) : finding;
    }

    /// <summary>
    /// Reads once more in a program of its own, whose heap may not be larger: what a reader made and dropped again, row after row, is no
    /// memory that it needs.
    /// </summary>
    private Finding? Held(byte[] input)
    {
        string file = reader.File.Length > 0 ? path : Path.Combine(folder, "held");
        File.WriteAllBytes(file, input);
        ProcessStartInfo start = new("dotnet", [typeof(Trial).Assembly.Location, "read", reader.Name, file])
        {
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = Bound(input).ToString("x", CultureInfo.InvariantCulture);
        using Process program = Process.Start(start)!;
        _ = program.StandardError.ReadToEnd();
        program.WaitForExit();
        return program.ExitCode == ExitCodes.Success ? null
            : new(Fault.Memory, string.Create(CultureInfo.InvariantCulture, $"more than {Bound(input)} bytes held for {input.Length}"));
    }

    private static long Bound(byte[] input) => (2 * input.LongLength) + Allowance;

    private Finding? Once(byte[] input, out TimeSpan time)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? thrown = null;
        try
        {
            reader.Read(new(input, path));
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        time = Stopwatch.GetElapsedTime(start);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        MostBytes = Math.Max(MostBytes, bytes);
        if (thrown is not null && !reader.Refuses(thrown))
        {
            string where = thrown.StackTrace?.Split('\n').FirstOrDefault(line
                => line.Contains(" Mxact.", StringComparison.Ordinal))?.Trim() ?? "";
            return new(Fault.Crash, $"{thrown.GetType().Name}: {Printable.Short(thrown.Message, 200)} {where}");
        }

        _ = thrown is null ? Accepted++ : Refused++;
        return bytes <= Bound(input) ? null
            : new(Fault.Memory, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes allocated for {input.Length}"));
    }
}
