using System.CommandLine;
using Mxact;
using Mxact.Shell;
using Mxact.Training.Cli.Commands;
using Mxact.Training.Native;

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("mxact-train: this build contains libtorch for Linux only");
    return ExitCodes.BadInput;
}

GpuExecution.Register();
RootCommand root = new("Mxact's training study: what a rounding choice of the Microscaling formats does to training.");
root.Add(RunCommand.Create());
root.Add(SweepCommand.Create());
root.Add(InterveneCommand.Create());
root.Add(ReportCommand.Create());
root.Add(ChecksCommand.Create());

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"mxact-train: {parsed.Errors[^1].Message}");
    return ExitCodes.BadInput;
}

try
{
    LibTorch.Load();
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException or NotSupportedException
    or DllNotFoundException or ArgumentException or System.Runtime.InteropServices.ExternalException)
{
    Console.Error.WriteLine($"mxact-train: {exception.Message.ReplaceLineEndings(" ")}");
    return ExitCodes.BadInput;
}
