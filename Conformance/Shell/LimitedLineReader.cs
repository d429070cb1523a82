using System.Text;

namespace Mxact.Shell;

/// <summary>Reads a text line by line, none longer than a limit, so that input without line ends cannot exhaust memory.</summary>
internal sealed class LimitedLineReader(Stream stream, string path, int mostLineBytes) : TextReader
{
    private readonly StreamReader inner = new(new LimitedLines(stream, path, mostLineBytes), new UTF8Encoding(false),
        detectEncodingFromByteOrderMarks: false);

    public override int Peek() => inner.Peek();

    public override int Read() => inner.Read();

    public override string? ReadLine() => inner.ReadLine();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
