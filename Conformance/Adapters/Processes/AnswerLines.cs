using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>How a line ended.</summary>
internal enum LineEnd
{
    /// <summary>A line feed.</summary>
    Feed,

    /// <summary>A carriage return and a line feed.</summary>
    ReturnFeed,

    /// <summary>The output ended within it.</summary>
    Missing,

    /// <summary>Nowhere within the limit: its beginning is kept, and nothing is read after it.</summary>
    TooFar,
}

/// <summary>A line without its end.</summary>
internal readonly record struct AnswerLine(string Text, LineEnd End);

/// <summary>What came of waiting for a line.</summary>
internal enum Awaited
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>There will be none: the output has ended.</summary>
    End,

    /// <summary>Time ran out.</summary>
    Nothing,

    /// <summary>The user stopped the run.</summary>
    Stopped,
}

/// <summary>
/// Lines of a stream, read ahead by a thread of their own. Whatever arrives, no more is held than a few chunks: a line has a limit, and a
/// writer who is faster than the reader waits.
/// </summary>
internal sealed class AnswerLines : IDisposable
{
    /// <summary>The longest line that is read: many times the longest answer of the suite.</summary>
    public const int MostBytes = 1 << 16;

    private const int ChunksAhead = 64;

    /// <summary>How often a wait looks whether the process still lives.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly BlockingCollection<List<AnswerLine>> chunks = new(ChunksAhead);
    private readonly CancellationTokenSource closed = new();
    private readonly Thread reader;
    private List<AnswerLine> current = [];
    private int next;

    /// <summary>Begins to read.</summary>
    public AnswerLines(Stream stream)
    {
        reader = new(() => Read(stream)) { IsBackground = true, Name = "kernel output" };
        reader.Start();
    }

    /// <summary>Waits for a line by a clock that no change of the time of day moves.</summary>
    /// <param name="limit">How long.</param>
    /// <param name="isOver">
    /// Whether nobody is left to write, though a child may hold the output open; asked now and then while nothing comes.
    /// </param>
    /// <param name="stop">The user's wish.</param>
    /// <param name="line">The line, where there is one.</param>
    public Awaited Next(TimeSpan limit, Func<bool> isOver, CancellationToken stop, out AnswerLine line)
    {
        line = default;
        if (next < current.Count)
        {
            line = current[next++];
            return Awaited.Line;
        }

        long begin = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                TimeSpan left = limit - Stopwatch.GetElapsedTime(begin);
                TimeSpan glance = left < TimeSpan.Zero ? TimeSpan.Zero : left < Glance ? left : Glance;
                if (chunks.TryTake(out List<AnswerLine>? chunk, (int)Math.Ceiling(glance.TotalMilliseconds), stop))
                {
                    (current, next) = (chunk, 1);
                    line = chunk[0];
                    return Awaited.Line;
                }

                if (chunks.IsCompleted || isOver())
                {
                    return Awaited.End;
                }

                if (left <= TimeSpan.Zero)
                {
                    return Awaited.Nothing;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return Awaited.Stopped;
        }
    }

    /// <summary>Stops reading.</summary>
    public void Dispose()
    {
        closed.Cancel();
        reader.Join(TimeSpan.FromMilliseconds(500));
    }

    private void Read(Stream stream)
    {
        byte[] buffer = new byte[2 * MostBytes];
        int held = 0;
        try
        {
            while (true)
            {
                int read = stream.Read(buffer, held, buffer.Length - held);
                if (read == 0)
                {
                    if (held > 0)
                    {
                        chunks.Add([new(Text(buffer.AsSpan(0, held)), LineEnd.Missing)], closed.Token);
                    }

                    return;
                }

                int scanned = held;
                held += read;
                List<AnswerLine> lines = [];
                int start = 0;
                while (buffer.AsSpan(scanned, held - scanned).IndexOf((byte)'\n') is int at && at >= 0)
                {
                    lines.Add(Line(buffer.AsSpan(start, scanned + at - start)));
                    scanned = start = scanned + at + 1;
                }

                buffer.AsSpan(start, held - start).CopyTo(buffer);
                held -= start;
                if (held > MostBytes)
                {
                    lines.Add(new(Text(buffer.AsSpan(0, 100)), LineEnd.TooFar));
                    held = 0;
                }

                if (lines.Count > 0)
                {
                    chunks.Add(lines, closed.Token);
                    if (lines[^1].End == LineEnd.TooFar)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process was killed while it wrote, or nobody reads any more.
        }
        finally
        {
            chunks.CompleteAdding();
        }
    }

    private static AnswerLine Line(ReadOnlySpan<byte> bytes)
        => bytes.Length > MostBytes ? new(Text(bytes[..100]), LineEnd.TooFar)
            : bytes.Length > 0 && bytes[^1] == '\r' ? new(Text(bytes[..^1]), LineEnd.ReturnFeed)
            : new(Text(bytes), LineEnd.Feed);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
