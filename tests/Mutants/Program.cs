using Mxact.Mutants;
using Mxact.Mutants.Running;

try
{
    Options options = Options.Parse(args);
    return options.SelfTest ? SelfTest.Run(Console.Out) : Campaign.Run(options, Console.Out);
}
catch (MutationException wrong)
{
    Console.Error.WriteLine($"mutants: {wrong.Message}");
    return 2;
}
