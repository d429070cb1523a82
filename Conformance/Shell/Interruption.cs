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

    private static int running;

    /// <summary>Whether work is under way that is asked to stop before the program ends.</summary>
    public static bool IsRunning => Volatile.Read(ref running) > 0;

    /// <summary>Runs work that asks its token whether to go on.</summary>
    public static T Run<T>(Func<CancellationToken, T> work)
    {
        using CancellationTokenSource stop = new();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = IsChild || !stop.IsCancellationRequested;
            if (!context.Cancel)
            {
                AtomicFile.AbandonAll(isEnd: true);
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // Of two requests at once the other was the first, and the work has ended on it.
            }
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        Interlocked.Increment(ref running);
        try
        {
            return work(stop.Token);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
