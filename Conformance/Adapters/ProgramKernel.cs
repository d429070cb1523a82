using System.Collections.Concurrent;
using System.Diagnostics;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>
/// A program that speaks the protocol. Requests are sent ahead of answers. When the program dies, hangs or answers nonsense,
/// the requests it owes are asked one by one, each of a fresh process, until the one that did it is found; the rest goes on.
/// </summary>
internal sealed class ProgramKernel(string name, string file, IReadOnlyList<string> arguments, TimeSpan timeLimit,
    IReadOnlyList<string>? declared = null) : IKernelUnderTest
{
    /// <summary>After this many requests that cost the program its life, the rest is not asked.</summary>
    public const int MaxDeaths = 20;

    /// <summary>Requests asked one by one after a death, before streaming is tried again.</summary>
    private const int MaxSingles = 64;

    private readonly Queue<string> lastErrors = new();

    public string Name => name;

    public IReadOnlyList<string> Declared => declared ?? [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        int next = 0;
        int deaths = 0;
        while (next < requests.Count)
        {
            foreach (Reply reply in Stream(requests, next, requests.Count - next))
            {
                if (reply.Kind is not (ReplyKind.Answered or ReplyKind.Unsupported))
                {
                    break;
                }

                next++;
                yield return reply;
            }

            // Something went wrong at or after 'next': with answers held in buffers, nobody can tell where. Asked alone, it shows.
            for (int singles = 0; next < requests.Count && singles < MaxSingles; singles++)
            {
                Reply alone = deaths < MaxDeaths ? Stream(requests, next, 1).First()
                    : new(ReplyKind.NotAsked, $"not asked after {MaxDeaths} requests that cost the program its life");
                next++;
                yield return alone;
                if (alone.Kind is not (ReplyKind.Answered or ReplyKind.Unsupported))
                {
                    deaths++;
                    break;
                }
            }
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Starts the program, sends requests and yields replies; the first that is no answer is the last.</summary>
    private IEnumerable<Reply> Stream(IReadOnlyList<string> requests, int first, int count)
    {
        using Process process = Start();
        using BlockingCollection<string> lines = [];
        Thread reader = new(() => Pump(process.StandardOutput, lines.Add, lines.CompleteAdding)) { IsBackground = true };
        Thread errors = new(() => Pump(process.StandardError, Remember, () => { })) { IsBackground = true };
        Thread writer = new(() => Send(process, requests, first, count)) { IsBackground = true };
        reader.Start();
        errors.Start();
        writer.Start();
        try
        {
            for (int i = 0; i < count; i++)
            {
                if (!lines.TryTake(out string? line, timeLimit))
                {
                    bool ended = lines.IsCompleted;
                    errors.Join(TimeSpan.FromMilliseconds(200));
                    yield return ended
                        ? new(ReplyKind.Crashed, $"the program ended{ExitStatus(process)} without an answer{LastErrors()}")
                        : new(ReplyKind.Hung, $"no answer within {timeLimit.TotalSeconds:0.###} s{LastErrors()}");
                    yield break;
                }

                Reply reply = Reply.Of(line.TrimEnd('\r'));
                yield return reply;
                if (reply.Kind == ReplyKind.BrokeProtocol)
                {
                    yield break;
                }
            }
        }
        finally
        {
            Kill(process);
            reader.Join(TimeSpan.FromSeconds(1));
        }
    }

    private Process Start()
    {
        if (Directory.Exists(file))
        {
            throw new UsageException($"{file}: is a folder, not a program");
        }

        ProcessStartInfo start = new(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new UsageException($"{file}: cannot be started");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new UsageException($"{file}: cannot be started: "
                + $"{exception.NativeErrorCode switch { 2 => "not found", 13 => "not executable", _ => exception.Message }}");
        }
    }

    private static void Send(Process process, IReadOnlyList<string> requests, int first, int count)
    {
        try
        {
            // Closing the input at the end lets a program that holds its answers back let go of them.
            using StreamWriter input = process.StandardInput;
            for (int i = 0; i < count; i++)
            {
                input.Write(requests[first + i] + "\n");
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program closed its input: what it still owes shows on the reading side.
        }
    }

    private static void Pump(StreamReader from, Action<string> line, Action end)
    {
        try
        {
            while (from.ReadLine() is { } text)
            {
                line(text);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process was killed while it wrote.
        }

        try
        {
            end();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    private void Remember(string line)
    {
        lock (lastErrors)
        {
            lastErrors.Enqueue(line);
            if (lastErrors.Count > 3)
            {
                lastErrors.Dequeue();
            }
        }
    }

    private string LastErrors()
    {
        lock (lastErrors)
        {
            string text = string.Join(" / ", lastErrors);
            lastErrors.Clear();
            return text.Length == 0 ? "" : $"; it said: {Printable.Short(text, 300)}";
        }
    }

    private static string ExitStatus(Process process)
        => process.WaitForExit(1000) ? process.ExitCode >= 128 ? $" by signal {process.ExitCode - 128}"
            : $" with exit code {process.ExitCode}" : "";

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // It has ended already.
        }
    }
}
