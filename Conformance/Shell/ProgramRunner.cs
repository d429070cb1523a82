namespace Mxact.Shell;

/// <summary>The outermost frame of a program: whatever happens inside becomes one line on the error stream and an exit code.</summary>
internal static class ProgramRunner
{
    /// <summary>Set it to anything for the stack trace of a bug.</summary>
    public const string DebugVariable = "MXACT_DEBUG";

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
        error ??= Console.Error;
        try
        {
            return run();
        }
        catch (InterruptedException exception)
        {
            error.WriteLine($"{name}: {Printable.Line(exception.Message)}");
            return ExitCodes.Interrupted;
        }
        catch (Exception exception) when (IsBadInput(exception) || (isBadInput is not null && isBadInput(exception)))
        {
            error.WriteLine($"{name}: {Printable.Line(exception.Message)}");
            return ExitCodes.BadInput;
        }
        catch (Exception exception)
        {
            error.WriteLine($"{name}: this is a bug of {name}, not of your input: {exception.GetType().Name}: "
                + $"{Printable.Line(exception.Message)}; "
                + $"please report it with the command that caused it ({DebugVariable}=1 adds the stack trace)");
            if (Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 })
            {
                error.WriteLine(exception.ToString());
            }

            return ExitCodes.Bug;
        }
    }

    /// <summary>
    /// NotSupportedException is how the simulator says that this machine lacks a backend, or that nothing computes what is asked.
    /// </summary>
    private static bool IsBadInput(Exception exception)
        => exception is UsageException or IOException or UnauthorizedAccessException or NotSupportedException;
}
