using System.Text;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary>
/// Reads lines and writes one answer each. Answers are flushed when no further input is at hand, so that a pipe runs at
/// full speed and a program that waits for each answer gets it.
/// </summary>
internal static class LineLoop
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>The longest line that is read: far beyond any request, so that input without line ends cannot exhaust memory.</summary>
    private const int MostLineBytes = 1 << 24;

    /// <summary>
    /// Answers every line until the input ends; the first that cannot be answered ends it with one line on the error stream.
    /// </summary>
    /// <param name="input">Lines ended by a line feed, with or without a carriage return.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where the complaint about a bad line goes.</param>
    /// <param name="answer">Answers one line or throws <see cref="RequestException"/>.</param>
    /// <param name="flushEach">Write each answer at once, at the cost of speed.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Stream input, Stream output, TextWriter error, Func<string, string> answer, bool flushEach = false)
    {
        byte[] chunk = new byte[ChunkBytes];
        List<byte> line = [];
        StringBuilder answers = new();
        long number = 0;
        try
        {
            while (true)
            {
                int read = input.Read(chunk);
                ReadOnlySpan<byte> rest = chunk.AsSpan(0, read);
                while (rest.IndexOf((byte)'\n') is int end && end >= 0)
                {
                    line.AddRange(rest[..end]);
                    rest = rest[(end + 1)..];
                    number++;
                    answers.Append(answer(Text(line))).Append('\n');
                    line.Clear();
                    if (flushEach)
                    {
                        Write(output, answers);
                    }
                }

                line.AddRange(rest);
                if (line.Count > MostLineBytes)
                {
                    number++;
                    throw new RequestException($"the line is longer than {MostLineBytes} bytes");
                }

                if (read == 0 && line.Count > 0)
                {
                    number++;
                    answers.Append(answer(Text(line))).Append('\n');
                }

                Write(output, answers);
                if (read == 0)
                {
                    return ExitCodes.Success;
                }
            }
        }
        catch (RequestException exception)
        {
            // Every answer before the bad line is already earned.
            Write(output, answers);
            error.WriteLine($"mxact: line {number}: {Printable.Line(exception.Message)}");
            return ExitCodes.BadInput;
        }
    }

    private static string Text(List<byte> line)
    {
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line);
        return Encoding.UTF8.GetString(bytes.TrimEnd((byte)'\r'));
    }

    private static void Write(Stream output, StringBuilder answers)
    {
        if (answers.Length == 0)
        {
            return;
        }

        output.Write(Encoding.ASCII.GetBytes(answers.ToString()));
        output.Flush();
        answers.Clear();
    }
}
