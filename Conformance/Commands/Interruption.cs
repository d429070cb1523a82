using System.Runtime.InteropServices;

namespace Mxact.Conformance.Commands;

/// <summary>Ctrl-C and termination requests.</summary>
internal static class Interruption
{
    /// <summary>Runs under them: the first stops the run and lets it report what it has, a second ends the program.</summary>
    public static TOutcome Allow<TOutcome>(Func<CancellationToken, TOutcome> run)
    {
        using CancellationTokenSource stop = new();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return run(stop.Token);
    }
}
