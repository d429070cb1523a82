using System.Text;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>The end of an error stream: all of it is read, so that its writer never waits, and the last 64 KiB are kept.</summary>
internal sealed class ErrorTail
{
    private const int KeptBytes = 1 << 16;
    private const int ShownLines = 3;
    private const int ShownCharacters = 300;

    private readonly byte[] ring = new byte[KeptBytes];
    private readonly Thread reader;
    private long written;

    /// <summary>Begins to read.</summary>
    public ErrorTail(Stream stream)
    {
        reader = new(() => Read(stream)) { IsBackground = true, Name = "kernel errors" };
        reader.Start();
    }

    /// <summary>The last lines, ready to follow another text; empty where nothing was said.</summary>
    public string Last()
    {
        // What a dying program wrote is on its way.
        reader.Join(TimeSpan.FromMilliseconds(200));
        string text;
        lock (ring)
        {
            int kept = (int)Math.Min(written, KeptBytes);
            byte[] bytes = new byte[kept];
            for (int i = 0; i < kept; i++)
            {
                bytes[i] = ring[(written - kept + i) % KeptBytes];
            }

            text = Encoding.UTF8.GetString(bytes);
        }

        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "" : $"; it said: {Printable.Short(string.Join(" / ", lines.TakeLast(ShownLines)), ShownCharacters)}";
    }

    private void Read(Stream stream)
    {
        byte[] buffer = new byte[KeptBytes];
        try
        {
            while (stream.Read(buffer) is int read && read > 0)
            {
                lock (ring)
                {
                    int at = (int)(written % KeptBytes);
                    int first = Math.Min(read, KeptBytes - at);
                    buffer.AsSpan(0, first).CopyTo(ring.AsSpan(at));
                    buffer.AsSpan(first, read - first).CopyTo(ring);
                    written += read;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process was killed while it wrote.
        }
    }
}
