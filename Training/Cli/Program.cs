using System.CommandLine;
using System.Runtime.InteropServices;
using Mxact;
using Mxact.Shell;
using Mxact.Training.Cli;
using Mxact.Training.Cli.Commands;
using Mxact.Training.Native;

// libtorch's refusals come as ExternalException, those of the simulator as ArgumentException.
return ProgramRunner.Run(
    "mxact-train", Invoke, exception => exception is DllNotFoundException or ArgumentException or ExternalException);

int Invoke()
{
    if (!OperatingSystem.IsLinux())
    {
        throw new UsageException("this build contains libtorch for Linux only");
    }

    GpuExecution.Register();
    RootCommand root = new("Mxact's training study: what a rounding choice of the Microscaling formats does to training.");
    root.Add(RunCommand.Create());
    root.Add(SweepCommand.Create());
    root.Add(InterveneCommand.Create());
    root.Add(ReportCommand.Create());
    root.Add(StudyCommand.Create());
    root.Add(ChecksCommand.Create());
    root.Options.OfType<VersionOption>().Single().Action = new VersionLine();

    ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    if (parsed.Errors.Count > 0)
    {
        throw new UsageException(parsed.Errors[^1].Message);
    }

    // Help and version are no work: they must not wait for half a gigabyte.
    if (parsed.Action == parsed.CommandResult.Command.Action)
    {
        LibTorch.Load();
        Heap.KeepFreedMemory();
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
