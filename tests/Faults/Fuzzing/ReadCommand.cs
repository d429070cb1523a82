using System.CommandLine;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary><c>read</c>: one input for one reader, in a program that somebody has set limits for; 0 where it is taken or refused.</summary>
internal static class ReadCommand
{
    public static Command Create()
    {
        Command command = new("read", "give a reader one file, and say nothing; what is neither taken nor refused is an error");
        Argument<string> name = new("reader");
        Argument<string> file = new("file");
        command.Add(name);
        command.Add(file);
        command.SetAction(parsed =>
        {
            Reader reader = Readers.Named(parsed.GetRequiredValue(name));
            string path = parsed.GetRequiredValue(file);
            try
            {
                reader.Read(new(File.ReadAllBytes(path), path));
            }
            catch (Exception exception) when (reader.Refuses(exception))
            {
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
