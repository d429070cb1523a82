using Mxact;
using Mxact.Cli;
using Mxact.Shell;

GpuExecution.Register();
return ProgramRunner.Run(CommandLine.Name, () => CommandLine.Invoke(args), CommandLine.IsBadInput);
