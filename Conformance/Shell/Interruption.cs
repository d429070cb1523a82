using System.Runtime.InteropServices;

namespace Mxact.Shell;

/// <summary>
/// Work under Ctrl-C and termination requests: the first asks it to stop and to report what it has, a second ends the program. A program
/// that was stopped returns <see cref="ExitCodes.Interrupted"/>, whatever it had found by then.
/// </summary>
internal static class Interruption
{
    /// <summary>
    /// Set for the processes that a program starts for itself: the terminal and their parent may both tell them to stop, and that is
    /// one request.
    /// </summary>
    public const string ChildVariable = "MXACT_CHILD";

    private static readonly bool IsChild = Environment.GetEnvironmentVariable(ChildVariable) is not null;

    /// <summary>Runs work that asks its token whether to go on.</summary>
    public static T Run<T>(Func<CancellationToken, T> work)
    {
        using CancellationTokenSource stop = new();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = IsChild || !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return work(stop.Token);
    }
}
