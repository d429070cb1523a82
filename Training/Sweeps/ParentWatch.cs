using System.Diagnostics;

namespace Mxact.Training.Sweeps;

/// <summary>
/// Whether the sweep that started this process is still there. It holds the other end of the standard input and writes nothing to it, so
/// that an end of it says that the sweep is gone, however it went: a signal to a child follows the thread that forked it, a pipe does not.
/// </summary>
internal static class ParentWatch
{
    /// <summary>Set for a process whose standard input is such a pipe.</summary>
    public const string Variable = "MXACT_TRAIN_PARENT";

    /// <summary>How long a run may go on, to finish its step and write its checkpoint.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly Lazy<CancellationToken> Watch = new(Start);

    /// <summary>Cancelled when the parent is gone; never in a process that somebody else started.</summary>
    public static CancellationToken Lost => Watch.Value;

    private static CancellationToken Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            return CancellationToken.None;
        }

        CancellationTokenSource lost = new();
        Thread watch = new(() =>
        {
            WaitForEnd(Console.OpenStandardInput());
            lost.Cancel();
            Thread.Sleep(Grace);

            // A kill costs a run the steps since its last checkpoint, and no more.
            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
            Name = nameof(ParentWatch),
        };
        watch.Start();
        return lost.Token;
    }

    private static void WaitForEnd(Stream input)
    {
        try
        {
            byte[] buffer = new byte[16];
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // As good as an end.
        }
    }
}
