using Mxact.Conformance.Adapters.Builtin;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>Opens the kernel a user names.</summary>
internal static class Kernels
{
    /// <summary>What begins the name of one of this project's own backends.</summary>
    public const string BackendPrefix = "builtin:";

    /// <summary><c>builtin</c>, <c>builtin:BACKEND</c>, a manifest's path ending in .json, or a program and its arguments.</summary>
    /// <param name="words">The words that name it.</param>
    /// <param name="timeLimit">How long one answer may take.</param>
    /// <param name="held">
    /// The choices it is held to in place of those it declares. A library has no choices to make, and answers what is asked under
    /// the choices it is held to; so it must be told them, or it would call everything unsupported.
    /// </param>
    /// <param name="on">What <c>builtin</c> is asked on; the reference unless given. Nobody but it can be told.</param>
    /// <param name="totalTime">How long a program may take in all.</param>
    /// <exception cref="NotSupportedException">There is no such backend, or not on this machine.</exception>
    /// <exception cref="UsageException">There is no such kernel.</exception>
    public static IKernelUnderTest Open(IReadOnlyList<string> words, TimeSpan timeLimit, IReadOnlyList<string>? held = null,
        Backend on = Backend.Reference, TimeSpan? totalTime = null)
    {
        string first = words[0];
        bool isManifest = first.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        bool isBackend = first.StartsWith(BackendPrefix, StringComparison.Ordinal);
        if ((first == "builtin" || isBackend || isManifest) && words.Count > 1)
        {
            throw new UsageException($"'{words[1]}' is no option of 'run', and {(isManifest ? "a manifest" : $"'{first}'")} takes no "
                + $"arguments");
        }

        if (first == "builtin")
        {
            return on == Backend.Reference ? new BuiltinKernel() : new BackendKernel(on);
        }

        if (isBackend)
        {
            // The reference by its name is still the reference: what it says is judged by itself, and its name says so.
            Backend backend = Execution.Parse(first[BackendPrefix.Length..]).Backend;
            return backend == Backend.Reference ? new BuiltinKernel() : new BackendKernel(backend);
        }

        if (isManifest)
        {
            LibraryManifest manifest = LibraryManifest.Read(first);
            manifest.CheckLibrary();
            return new ProgramKernel(manifest.Name, Environment.ProcessPath!, [.. Self(), "host", Path.GetFullPath(first), .. held ?? []],
                timeLimit, manifest.Declared, totalTime);
        }

        return new ProgramKernel(string.Join(' ', words), first, [.. words.Skip(1)], timeLimit, totalTime: totalTime);
    }

    /// <summary>When the program runs under the dotnet host, the assembly is the host's first argument.</summary>
    private static string[] Self()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "mxact.dll")]
            : [];
}
