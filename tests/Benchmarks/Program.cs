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
return ProgramRunner.Run(args[0], () =>
{
    ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    return parsed.Errors.Count > 0 ? throw new UsageException(parsed.Errors[^1].Message)
        : parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
});
