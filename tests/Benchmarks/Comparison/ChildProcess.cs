using System.Diagnostics;
using Mxact.Shell;

namespace Mxact.Benchmarks.Comparison;

/// <summary>Programs that a comparison calls: git and dotnet.</summary>
internal static class ChildProcess
{
    /// <summary>What a program prints, where it succeeds.</summary>
    /// <exception cref="UsageException">It fails: its own first line says why.</exception>
    public static string Read(string folder, string program, params string[] words)
    {
        using Process process = Start(folder, program, words);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.TrimEnd('\n')
            : throw new UsageException(FirstLine(error.Result, $"{program} ended with exit code {process.ExitCode}"));
    }

    /// <summary>Hands what a program prints to a reader of bytes.</summary>
    /// <exception cref="UsageException">It fails.</exception>
    public static void Pipe(string folder, Action<Stream> reader, string program, params string[] words)
    {
        using Process process = Start(folder, program, words);
        Task<string> error = process.StandardError.ReadToEndAsync();
        reader(process.StandardOutput.BaseStream);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new UsageException(FirstLine(error.Result, $"{program} ended with exit code {process.ExitCode}"));
        }
    }

    /// <summary>Runs a program to its end with its output in a log.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="log">The log's path.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="program">The program.</param>
    /// <param name="words">Its arguments.</param>
    /// <param name="stop">Kills it and what it started.</param>
    /// <exception cref="UsageException">It fails, or takes longer; the message names the log.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Run(string folder, string log, TimeSpan limit, string program, string[] words, CancellationToken stop)
    {
        using Process process = Start(folder, program, words);
        using StreamWriter writer = File.CreateText(log);
        void Write(object sender, DataReceivedEventArgs line)
        {
            lock (writer)
            {
                writer.WriteLine(line.Data);
            }
        }

        process.OutputDataReceived += Write;
        process.ErrorDataReceived += Write;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(limit);
        try
        {
            process.WaitForExitAsync(end.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            stop.ThrowIfCancellationRequested();
            throw new UsageException($"{program} {words[0]} took longer than {limit.TotalMinutes} minutes; its output is in {log}");
        }

        if (process.ExitCode != 0)
        {
            stop.ThrowIfCancellationRequested();
            throw new UsageException($"{program} {words[0]} ended with exit code {process.ExitCode}; its output is in {log}");
        }
    }

    private static Process Start(string folder, string program, string[] words)
    {
        ProcessStartInfo start = new(program, words)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UsageException($"{program} is not on the path");
        }
    }

    private static string FirstLine(string text, string otherwise)
        => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(otherwise);
}
