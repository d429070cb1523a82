using Mxact.Shell;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints;

/// <summary>Where a converted checkpoint goes, checked before the work.</summary>
internal static class ConversionOutput
{
    private const string Safetensors = ".safetensors", Gguf = ".gguf";

    /// <summary>Refuses an output that cannot be written, or is the input.</summary>
    /// <param name="input">A file, or a folder.</param>
    /// <param name="output">A file of the layout's kind, or a folder where the input is one.</param>
    /// <param name="target">The layout to write, or null for values.</param>
    /// <exception cref="UsageException">It cannot be.</exception>
    public static void Check(string input, string output, Layout? target)
    {
        string ending = target?.IsGguf == true ? Gguf : Safetensors;
        if (Directory.Exists(input))
        {
            if (File.Exists(output))
            {
                throw new UsageException($"{output}: is a file, and {input} a folder: the output is one too");
            }

            if (Directory.Exists(output) && FileIdentity.AreSame(input, output))
            {
                throw new UsageException($"{output}: is the input itself");
            }

            return;
        }

        if (!output.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{output}: the output is a {ending} file");
        }

        AtomicFile.Check(output, isSeekable: true);
        AtomicFile.RefuseInput(output, input);
    }
}
