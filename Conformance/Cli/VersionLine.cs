using System.CommandLine;
using System.CommandLine.Invocation;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli;

/// <summary><c>mxact --version</c>: the program, its commit and the golden set it came with, on one line.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        parsed.InvocationConfiguration.Output.WriteLine(
            $"{ProgramVersion.Of(CommandLine.Name, typeof(VersionLine).Assembly)}, {GoldenSetInWords()}");
        return ExitCodes.Success;
    }

    /// <summary>The manifest alone is read: a version is said at once, and also where a set is damaged or missing.</summary>
    private static string GoldenSetInWords()
    {
        try
        {
            string path = Path.Combine(GoldenSet.DefaultFolder(), GoldenSet.ManifestName);
            Manifest manifest = Manifest.Parse(InputFile.ReadAllText(path), path);
            return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"golden vectors {manifest.Set} (schema {manifest.SchemaVersion}, {manifest.Rows} rows)");
        }
        catch (Exception exception) when (exception is VectorFileException or UsageException)
        {
            return "no golden vectors";
        }
    }
}
