using System.CommandLine;
using System.CommandLine.Invocation;
using Mxact.Shell;

namespace Mxact.Training.Cli;

/// <summary><c>mxact-train --version</c>: the program and its commit, on one line.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        parsed.InvocationConfiguration.Output.WriteLine(ProgramVersion.Of("mxact-train", typeof(VersionLine).Assembly));
        return ExitCodes.Success;
    }
}
