using System.CommandLine;
using BenchmarkDotNet.Running;
using Mxact.Benchmarks.Checkpoints;
using Mxact.Benchmarks.Comparison;
using Mxact.Shell;

if (args is not ["compare" or "checkpoints", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(Mxact.Benchmarks.GemmBenchmarks).Assembly).Run(args);
    return ExitCodes.Success;
}

RootCommand root = new("Mxact's benchmarks: every other argument is BenchmarkDotNet's.")
{
    CompareCommand.Create(), CheckpointsCommand.Create(),
};
ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{args[0]}: {parsed.Errors[^1].Message}");
    return ExitCodes.BadInput;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{args[0]}: {exception.Message.ReplaceLineEndings(" ")}");
    return ExitCodes.BadInput;
}
