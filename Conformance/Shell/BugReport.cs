using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Mxact.Shell;

/// <summary>What a bug of the program leaves behind for its report: the command, the build, the machine and the stack trace.</summary>
internal static class BugReport
{
    /// <summary>Writes it into the folder for temporary files.</summary>
    /// <returns>Where it is, or null when it could not be written.</returns>
    public static string? Write(string program, Exception exception)
    {
        string path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture,
            $"{program}-bug-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.txt"));
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // The command line may name what is nobody else's business.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using StreamWriter writer = new(path, options);
            writer.WriteLine($"command   {string.Join(' ', Environment.GetCommandLineArgs().Select(Printable.Line))}");
            writer.WriteLine($"build     {Assembly.GetEntryAssembly()?.GetName().Version} of {program}");
            writer.WriteLine($"machine   {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
                + RuntimeInformation.FrameworkDescription);
            writer.WriteLine();
            writer.WriteLine(exception.ToString());
            return path;
        }
        catch (Exception)
        {
            // Whatever is wrong with the report, the bug itself is still to be told.
            return null;
        }
    }
}
