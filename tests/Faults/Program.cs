using System.CommandLine;
using Mxact.Faults.Fuzzing;
using Mxact.Faults.Programs;
using Mxact.Shell;

return ProgramRunner.Run("faults", () =>
{
    RootCommand root = new("Mxact under fire: readers fuzzed, programs killed, outputs fought over, disks full.")
    {
        FuzzCommand.Create(), ReadCommand.Create(), KillCommand.Create(), PairsCommand.Create(), DiskCommand.Create(),
    };
    Command all = new("all", "everything, each at its defaults");
    all.SetAction(_ => new[] { "fuzz", "kill", "pairs", "disk" }.Max(name
        => root.Parse([name]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false })));
    root.Add(all);
    ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    return parsed.Errors.Count > 0 ? throw new UsageException(parsed.Errors[^1].Message)
        : parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
});
