using Mxact.Mutants;
using Mxact.Mutants.Running;
using Mxact.Mutants.Sites;

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
