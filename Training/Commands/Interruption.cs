using System.Runtime.InteropServices;

namespace Mxact.Training.Commands;

/// <summary>Work under Ctrl-C and termination requests: the first asks it to stop and to report what it has, a second ends the program.</summary>
internal static class Interruption
{
    /// <summary>Set for the runs of a sweep, which may be told to stop by the terminal and by the sweep both: that is one request.</summary>
    public const string ChildVariable = "MXACT_TRAIN_CHILD";

    private static readonly bool IsChild = Environment.GetEnvironmentVariable(ChildVariable) is not null;

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
