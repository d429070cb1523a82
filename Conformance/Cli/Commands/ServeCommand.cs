using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact serve</c>: the reference as a program that speaks the protocol.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Command command = new("serve",
            "answer whole request lines on standard input (PROTOCOL.md): a working example of a program under test");
        command.SetAction(_ =>
        {
            Answers answers = new();
            using Stream input = StandardInput.Open();
            using Stream output = Console.OpenStandardOutput();
            return LineLoop.Run(input, output, Console.Error, answers.Answer);
        });
        return command;
    }
}
