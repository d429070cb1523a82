using Mxact.Mutants;
using Mxact.Mutants.Sites;

try
{
    Options options = Options.Parse(args);
    return options.SelfTest ? SelfTest.Run(Console.Out)
        : options.Named is not null ? NamedCampaign.Run(options, Console.Out)
        : Campaign.Run(options, Console.Out);
}
catch (MutationException wrong)
{
    Console.Error.WriteLine($"mutants: {wrong.Message}");
    return 2;
}
