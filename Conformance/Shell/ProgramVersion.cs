using System.Reflection;

namespace Mxact.Shell;

/// <summary>Which build of a program this is: what <c>--version</c> says, and what a report of a difference must say.</summary>
internal static class ProgramVersion
{
    /// <summary>Name, version and commit: <c>mxact 0.1.0, commit 7e7e364c...</c>.</summary>
    /// <remarks>The SDK writes the commit behind the version when it builds inside a git repository.</remarks>
    public static string Of(string program, Assembly assembly)
    {
        string written = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        string[] parts = written.Split('+', 2);
        return $"{program} {parts[0]}, {(parts.Length == 2 ? $"commit {parts[1]}" : "built outside a repository")}";
    }
}
