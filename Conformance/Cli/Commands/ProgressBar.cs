using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary>A progress bar on a terminal, none in a pipe.</summary>
internal static class ProgressBar
{
    /// <summary>Runs under it.</summary>
    /// <param name="label">What is counted.</param>
    /// <param name="total">How many there are; asked only where somebody looks.</param>
    /// <param name="run">Told how to say how many are done; null where nobody looks.</param>
    public static TOutcome Show<TOutcome>(string label, Func<long> total, Func<Action<long>?, TOutcome> run)
        where TOutcome : class
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return run(null);
        }

        TOutcome? outcome = null;
        AnsiConsole.Progress().AutoClear(true).HideCompleted(true).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(label), maxValue: Math.Max(1, total()));
            outcome = run(done => task.Value = done);
        });
        return outcome!;
    }
}
