using System.Text;

namespace Mxact.Shell;

/// <summary>
/// The error stream, whatever becomes of it: what cannot be written (it is closed, its disk is full) is lost, and changes nothing else.
/// </summary>
internal sealed class ErrorStream(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>The console's; nothing where there is none.</summary>
    public static TextWriter OfConsole()
    {
        try
        {
            return new ErrorStream(Console.Error);
        }
        catch (Exception exception) when (IsLost(exception))
        {
            return Null;
        }
    }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (IsLost(exception))
        {
            // Nobody is listening; the exit code still says it.
        }
    }

    private static bool IsLost(Exception exception)
        => exception is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;
}
