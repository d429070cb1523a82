using System.CommandLine;
using Mxact.Cli.Commands;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact;

GpuExecution.Register();
RootCommand root = new("Mxact: a bit-exact simulator of the OCP Microscaling (MX) formats, and the conformance suite that holds kernels to it.");
foreach (Command command in (Command[])
[
    RunCommand.Create(), VerifyCommand.Create(), RequestsCommand.Create(),
    .. StreamCommands.Create(), ServeCommand.Create(), ExplainCommand.Create(),
    CatalogueCommands.Formats(), CatalogueCommands.Latitudes(), CatalogueCommands.Profiles(), ModelsCommand.Create(),
    RecordingsCommand.Create(), IdentifyCommand.Create(), CompareCommand.Create(), ConvertCommand.Create(),
    SweepCommand.Create(), VectorsCommand.Create(), HostCommand.Create(),
])
{
    root.Add(command);
}

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
if (parsed.Errors.Count > 0)
{
    // "Unrecognized command 'x'" says more than "Required command was not provided", which comes with it.
    Console.Error.WriteLine($"mxact: {parsed.Errors[^1].Message}");
    return ExitCodes.BadInput;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is RequestException or VectorFileException or UsageException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"mxact: {exception.Message}");
    return ExitCodes.BadInput;
}
