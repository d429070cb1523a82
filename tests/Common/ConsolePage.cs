using System.Diagnostics;
using System.Text;

namespace Mxact.Common;

/// <summary>A page with sessions in console blocks: what is typed after a dollar sign, and what the program prints.</summary>
public static class ConsolePage
{
    /// <summary>The blocks of a language, without their fences.</summary>
    public static IEnumerable<string> Blocks(string page, string language)
        => page.Split("```").Where((_, i) => i % 2 == 1).Where(b => b.StartsWith(language + "\n", StringComparison.Ordinal)).Select(b
            => b[(language.Length + 1)..]);

    /// <summary>A console block's commands, each with what it shows.</summary>
    public static IEnumerable<(string Command, string Shown)> Steps(string session)
        => session.Split("$ ", StringSplitOptions.RemoveEmptyEntries).Select(step =>
        {
            string command = step[..step.IndexOf('\n', StringComparison.Ordinal)];
            return (command, step[(command.Length + 1)..]);
        });

    /// <summary>Without the spaces that a table's columns end in, which no page keeps.</summary>
    public static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim('\n');

    /// <summary>What a command prints, run at the root of the working tree after some definitions.</summary>
    public static string Shell(string definitions, string command)
    {
        ProcessStartInfo start = new("bash")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Repository.Root
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{definitions}; {command}");
        using Process process = Process.Start(start)!;
        StringBuilder error = new();
        process.ErrorDataReceived += (_, e) => error.Append(e.Data is null ? "" : e.Data + "\n");
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error;
    }
}
