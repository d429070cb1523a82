using System.ComponentModel;
using System.Diagnostics;

namespace Mxact.Cli.Explore;

/// <summary>The user's browser.</summary>
internal static class Browser
{
    /// <summary>Opens an address in it.</summary>
    /// <returns>Whether anything was there to open it.</returns>
    public static bool Open(string address)
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new(address) { UseShellExecute = true }
            : new(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        try
        {
            using Process? opened = Process.Start(start);
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException or FileNotFoundException)
        {
            return false;
        }
    }
}
