using System.Reflection;
using System.Runtime.InteropServices;

namespace Mxact.Shell;

/// <summary>The outermost frame of a program: whatever happens inside becomes one line on the error stream and an exit code.</summary>
internal static class ProgramRunner
{
    /// <summary>Set it to anything for the stack trace of a bug.</summary>
    public const string DebugVariable = "MXACT_DEBUG";

    private static readonly PosixSignal[] Ends = OperatingSystem.IsWindows()
        ? [PosixSignal.SIGINT, PosixSignal.SIGTERM]
        : [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>Runs a program.</summary>
    /// <param name="name">The program's name, which begins every line it writes to the error stream.</param>
    /// <param name="run">What it does; returns the exit code.</param>
    /// <param name="isBadInput">
    /// Which exceptions of the program's own libraries mean bad input; those that everybody has (usage, files, what this machine lacks)
    /// are known here. Everything else is a bug.
    /// </param>
    /// <param name="error">The error stream; the console's unless given.</param>
    public static int Run(string name, Func<int> run, Func<Exception, bool>? isBadInput = null, TextWriter? error = null)
    {
        bool ownsProcess = error is null;
        error = error is null ? ErrorStream.OfConsole() : new ErrorStream(error);
        PosixSignalRegistration[] registrations = [];
        if (ownsProcess)
        {
            // Everybody who complains to the console does so through the same stream.
            Console.SetError(error);
            AppDomain.CurrentDomain.UnhandledException += (_, end)
                => Environment.Exit(Report(name, end.ExceptionObject as Exception ?? new InvalidOperationException(), isBadInput, error));
            registrations = [.. Ends.Select(signal => PosixSignalRegistration.Create(signal, Interruption.Handle))];
        }

        try
        {
            return run();
        }
        catch (Exception exception)
        {
            return Report(name, exception, isBadInput, error);
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations)
            {
                registration.Dispose();
            }
        }
    }

    private static int Report(string name, Exception thrown, Func<Exception, bool>? isBadInput, TextWriter error)
    {
        Exception exception = Innermost(thrown, isBadInput);
        if (exception is InterruptedException or OperationCanceledException)
        {
            error.WriteLine($"{name}: {(exception is InterruptedException ? Printable.Line(exception.Message) : "interrupted")}");
            return ExitCodes.Interrupted;
        }

        if (IsBadInput(exception) || (isBadInput is not null && isBadInput(exception)))
        {
            error.WriteLine($"{name}: {Printable.Line(exception.Message)}");
            return ExitCodes.BadInput;
        }

        string? report = BugReport.Write(name, thrown);
        error.WriteLine($"{name}: this is a bug of {name}, not of your input: {exception.GetType().Name}: "
            + $"{Printable.Line(exception.Message)}; "
            + $"please report it with {(report is null ? "the command that caused it" : Printable.Line(report))} "
            + $"({DebugVariable}=1 shows the stack trace)");
        if (Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 })
        {
            error.WriteLine(thrown.ToString());
        }

        return ExitCodes.Bug;
    }

    /// <summary>
    /// What really happened, where it came through a parallel loop or a call by reflection: of several failures the first that is a bug,
    /// so that none hides behind bad input.
    /// </summary>
    private static Exception Innermost(Exception exception, Func<Exception, bool>? isBadInput) => exception switch
    {
        AggregateException { InnerExceptions.Count: > 0 } several => several.Flatten().InnerExceptions.Select(e => Innermost(e, isBadInput))
            .MinBy(e => e is OperationCanceledException ? 2 : IsBadInput(e) || isBadInput?.Invoke(e) == true ? 1 : 0)!,
        TargetInvocationException { InnerException: { } inner } => Innermost(inner, isBadInput),
        TypeInitializationException { InnerException: { } inner } => Innermost(inner, isBadInput),
        _ => exception,
    };

    /// <summary>
    /// NotSupportedException is how the simulator says that this machine lacks a backend, or that nothing computes what is asked.
    /// </summary>
    private static bool IsBadInput(Exception exception)
        => exception is UsageException or IOException or UnauthorizedAccessException or NotSupportedException or OutOfMemoryException
            || AtomicFile.IsTooLarge(exception);
}
