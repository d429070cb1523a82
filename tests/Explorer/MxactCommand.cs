using System.Diagnostics;

namespace Mxact.Explorer.Check;

/// <summary>The <c>mxact</c> command, in a process of its own.</summary>
/// <param name="assembly">Where mxact.dll lies.</param>
internal sealed class MxactCommand(string assembly)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="words">Its arguments.</param>
    public (int Code, string Output, string Error) Run(string folder, params string[] words)
    {
        using Process process = Start(folder, words);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>The answers of <c>mxact serve</c>, in order.</summary>
    public string[] Answers(IReadOnlyCollection<string> requests)
    {
        using Process process = Start(".", "serve");
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        foreach (string request in requests)
        {
            process.StandardInput.Write(request + "\n");
        }

        process.StandardInput.Close();
        process.WaitForExit();
        string[] answers = output.Result.Split('\n')[..^1];
        return answers.Length == requests.Count ? answers
            : throw new MismatchException($"mxact serve: {answers.Length} answers to {requests.Count} requests: {error.Result.Trim()}");
    }

    private Process Start(string folder, params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [assembly, .. words])
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
