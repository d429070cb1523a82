using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mxact.Shell;

namespace Mxact.Training.Sweeps;

/// <summary>
/// A sweep as a Slurm job array: a task a run, each in its own folder on the shared file system. A task that is requeued goes on from
/// its checkpoint, and one whose run is over ends at once, so the array may be submitted again as often as one likes.
/// </summary>
internal static class SlurmArray
{
    /// <summary>The job script.</summary>
    /// <param name="program">The words that start this program on a node.</param>
    /// <param name="plan">The plan's file.</param>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="runs">Tasks.</param>
    /// <param name="atOnce">Tasks at a time; 0 leaves it to the cluster.</param>
    /// <param name="threads">Processors a task.</param>
    /// <param name="options">Further words for every task's command.</param>
    /// <exception cref="UsageException">A path has characters that a job script cannot carry.</exception>
    public static string Write(
        IReadOnlyList<string> program,
        string plan,
        string sweep,
        int runs,
        int atOnce,
        int threads,
        IEnumerable<string> options)
    {
        foreach (string path in (IEnumerable<string>)[.. program, plan, sweep])
        {
            Refuse(path);
        }

        string words = string.Join(
            ' ',
            (IEnumerable<string>)[.. program.Select(Quote), "sweep", Quote(plan), "--out", Quote(sweep), .. options.Select(Quote),
                "--task"]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            #!/bin/bash
            #SBATCH --job-name=mxact-train
            #SBATCH --array=0-{runs - 1}{(atOnce > 0 ? $"%{atOnce}" : "")}
            #SBATCH --cpus-per-task={threads}
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@60
            #SBATCH --output="{sweep.Replace("%", "%%", StringComparison.Ordinal)}/slurm-%A_%a.txt"
            # The shell hands the warning before a time limit on, and waits for the checkpoint.
            trap 'kill -TERM "$run"; wait "$run"; scontrol requeue "$SLURM_JOB_ID"' USR1
            {words} "$SLURM_ARRAY_TASK_ID" &
            run=$!
            wait "$run"

            """);
    }

    /// <summary>Submits a script; returns what sbatch says.</summary>
    /// <exception cref="UsageException">There is no sbatch, or it refuses.</exception>
    public static string Submit(string script, IReadOnlyList<string> options)
    {
        ProcessStartInfo start = new("sbatch", options)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Write(script);
            process.StandardInput.Close();
            string output = process.StandardOutput.ReadToEnd().Trim();
            string error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new UsageException($"sbatch: {error.ReplaceLineEndings(" ")}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UsageException("sbatch is not on the path: --slurm needs a machine that submits to Slurm");
        }
    }

    /// <summary>
    /// A control character would end the line, and what follows could be read as an option of the job; sbatch takes quotes and backslashes
    /// in its lines otherwise than the shell does.
    /// </summary>
    private static void Refuse(string path)
    {
        if (path.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '"' or '\'' or '\\'))
        {
            throw new UsageException(
                $"{Printable.Line(path)}: has control characters, quotes or backslashes in its name, "
                + "which a Slurm job script cannot carry");
        }
    }

    private static string Quote(string word)
        => word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=+:".Contains(c, StringComparison.Ordinal))
            ? word
            : new StringBuilder("'").Append(word.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'').ToString();
}
