using System.Runtime.InteropServices;

namespace Mxact.Training.Commands;

/// <summary>Work under Ctrl-C and termination requests: the first asks it to stop and to report what it has, a second ends the program.</summary>
internal static class Interruption
{
    public static T Run<T>(Func<CancellationToken, T> work)
    {
        using CancellationTokenSource stop = new();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return work(stop.Token);
    }
}
