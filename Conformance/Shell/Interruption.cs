using System.Runtime.InteropServices;

namespace Mxact.Shell;

/// <summary>
/// Work under Ctrl-C, termination requests and the end of its terminal: the first asks it to stop and to report what it has, a second
/// ends the program. A program that was stopped returns <see cref="ExitCodes.Interrupted"/>, whatever it had found by then.
/// </summary>
internal static class Interruption
{
    /// <summary>
    /// Set for the processes that a program starts for itself: the terminal and their parent may both tell them to stop, and that is
    /// one request.
    /// </summary>
    public const string ChildVariable = "MXACT_CHILD";

    private static readonly bool IsChild = Environment.GetEnvironmentVariable(ChildVariable) is not null;

    private static readonly Lock Gate = new();

    private static CancellationTokenSource? underWay;

    private static bool isAsked;

    /// <summary>Runs work that asks its token whether to go on.</summary>
    public static T Run<T>(Func<CancellationToken, T> work)
    {
        using CancellationTokenSource stop = new();
        lock (Gate)
        {
            (underWay, isAsked) = (stop, false);
        }

        try
        {
            return work(stop.Token);
        }
        finally
        {
            lock (Gate)
            {
                underWay = null;
            }
        }
    }

    /// <summary>
    /// What a signal does: while work is under way the first is a request to it; any other ends the program, and removes first what is not
    /// finished. One handler from the program's start to its end decides: one that came with the work would not be asked about a signal
    /// that arrived just before it.
    /// </summary>
    public static void Handle(PosixSignalContext signal)
    {
        CancellationTokenSource? stop;
        lock (Gate)
        {
            stop = signal.Signal != PosixSignal.SIGQUIT && (IsChild || !isAsked) ? underWay : null;
            isAsked = true;
        }

        signal.Cancel = stop is not null;
        if (stop is null)
        {
            AtomicFile.AbandonAll(isEnd: true);
            return;
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work has ended meanwhile: the request came too late to change anything.
        }
    }
}
