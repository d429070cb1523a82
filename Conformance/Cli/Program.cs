using Mxact;
using Mxact.Cli;
using Mxact.Shell;

return ProgramRunner.Run(CommandLine.Name, () =>
{
    GpuExecution.Register();
    return CommandLine.Invoke(args);
}, CommandLine.IsBadInput);
