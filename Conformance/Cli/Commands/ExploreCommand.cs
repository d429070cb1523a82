using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Explore;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact explore</c>: the simulator as a page, on this machine alone.</summary>
internal static class ExploreCommand
{
    /// <summary>Where the page lies beside the program, as a publish of it leaves it.</summary>
    private static readonly string Beside = Path.Combine(AppContext.BaseDirectory, "explorer", "wwwroot");

    public static Command Create()
    {
        Command command = new("explore",
            "the explorer in a browser: numbers, blocks, dot products and small files of tensors to look at; served to this machine alone, "
            + "until Ctrl-C");
        Option<int> port = new("--port")
        {
            Description = "the port on the loopback address; 0 takes a free one",
            DefaultValueFactory = _ => 0,
            HelpName = "n"
        };
        Option<bool> noBrowser = new("--no-browser") { Description = "open no browser, only say the address" };
        Option<string> page = new("--page")
        {
            Description = "the folder of the page's files (default: explorer/wwwroot beside the program)",
            DefaultValueFactory = _ => Beside,
            HelpName = "folder"
        };
        command.Add(port);
        command.Add(noBrowser);
        command.Add(page);
        command.SetAction(parsed =>
        {
            int asked = parsed.GetValue(port);
            if (asked is < 0 or > ushort.MaxValue)
            {
                throw new UsageException($"--port is 0 to {ushort.MaxValue}, not {asked}");
            }

            string folder = parsed.GetRequiredValue(page);
            if (!File.Exists(Path.Combine(folder, "index.html")))
            {
                Console.Error.WriteLine(Printable.Line($"{CommandLine.Name}: the page's files are not in {folder}; in the repository "
                    + "'dotnet publish Conformance/Explorer -c Release' makes them, and --page names another folder"));
                return ExitCodes.Unchecked;
            }

            return Interruption.Run(stop =>
            {
                using PageServer server = PageServer.Start(new PageFolder(folder), asked);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the explorer is at {server.Address} until Ctrl-C"));
                if (!parsed.GetValue(noBrowser) && !Browser.Open(server.Address))
                {
                    Console.Error.WriteLine($"{CommandLine.Name}: no browser could be opened: open the address yourself");
                }

                server.Serve(stop);
                return ExitCodes.Success;
            });
        });
        return command;
    }
}
