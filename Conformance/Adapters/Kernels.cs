using Mxact.Conformance.Adapters.Builtin;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>Opens the kernel a user names.</summary>
internal static class Kernels
{
    private const string BackendPrefix = "builtin:";

    /// <summary><c>builtin</c>, <c>builtin:BACKEND</c>, a manifest's path ending in .json, or a program and its arguments.</summary>
    /// <param name="words">The words that name it.</param>
    /// <param name="timeLimit">How long one answer may take.</param>
    /// <param name="held">
    /// The choices it is held to in place of those it declares. A library has no choices to make, and answers what is asked under
    /// the choices it is held to; so it must be told them, or it would call everything unsupported.
    /// </param>
    /// <exception cref="UsageException">There is no such kernel.</exception>
    public static IKernelUnderTest Open(IReadOnlyList<string> words, TimeSpan timeLimit, IReadOnlyList<string>? held = null)
    {
        string first = words[0];
        bool isManifest = first.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        bool isBackend = first.StartsWith(BackendPrefix, StringComparison.Ordinal);
        if ((first == "builtin" || isBackend || isManifest) && words.Count > 1)
        {
            throw new UsageException($"'{words[1]}' is no option of 'run', and {(isManifest ? "a manifest" : $"'{first}'")} takes no arguments");
        }

        if (first == "builtin")
        {
            return new BuiltinKernel();
        }

        if (isBackend)
        {
            // The reference by its name is still the reference: what it says is judged by itself, and its name says so.
            Backend backend = BackendName.Parse(first[BackendPrefix.Length..]);
            return backend == Backend.Reference ? new BuiltinKernel() : new BackendKernel(backend);
        }

        if (isManifest)
        {
            LibraryManifest manifest = LibraryManifest.Read(first);
            manifest.CheckLibrary();
            return new ProgramKernel(manifest.Name, Environment.ProcessPath!, [.. Self(), "host", Path.GetFullPath(first), .. held ?? []], timeLimit, manifest.Declared);
        }

        return new ProgramKernel(string.Join(' ', words), first, [.. words.Skip(1)], timeLimit);
    }

    /// <summary>When the program runs under the dotnet host, the assembly is the host's first argument.</summary>
    private static string[] Self()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Kernels).Assembly.Location] : [];
}
