using System.Text;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Kernels;

/// <summary>
/// The reading and writing side of the protocol: the lines that are at hand are answered together and the answers are flushed
/// before more input is waited for. So a pipe fills whole tensors, and a partner that waits for each answer gets it.
/// </summary>
internal static class Lines
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Answers standard input until it ends; the exit code. What cannot be read is one line on the error stream.</summary>
    public static int Serve(IKernel kernel)
    {
        try
        {
            using Stream input = Console.OpenStandardInput();
            using Stream output = Console.OpenStandardOutput();
            Serve(input, output, kernel);
            return ExitCodes.Success;
        }
        catch (RequestException exception)
        {
            Console.Error.WriteLine($"{System.Reflection.Assembly.GetEntryAssembly()!.GetName().Name}: {exception.Message}");
            return ExitCodes.BadInput;
        }
    }

    /// <summary>Answers until the input ends.</summary>
    public static void Serve(Stream input, Stream output, IKernel kernel)
    {
        byte[] chunk = new byte[ChunkBytes];
        StringBuilder pending = new();
        int read;
        do
        {
            read = input.Read(chunk);
            pending.Append(Encoding.ASCII.GetString(chunk, 0, read));

            // A last line without an end counts when the input is over.
            string text = pending.ToString();
            int end = read == 0 ? text.Length : text.LastIndexOf('\n') + 1;
            pending.Clear().Append(text, end, text.Length - end);
            string[] requests = text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (requests.Length > 0)
            {
                string[] answers = kernel.Answer([.. requests.Select(r => r.TrimEnd('\r'))]);
                output.Write(Encoding.ASCII.GetBytes(string.Join('\n', answers) + "\n"));
                output.Flush();
            }
        }
        while (read > 0);
    }
}
