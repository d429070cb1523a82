namespace Mxact.Conformance.Adapters;

/// <summary>Opens the kernel a user names.</summary>
internal static class Kernels
{
    /// <summary><c>builtin</c>, a manifest's path ending in .json, or a program and its arguments.</summary>
    /// <exception cref="UsageException">There is no such kernel.</exception>
    public static IKernelUnderTest Open(IReadOnlyList<string> words, TimeSpan timeLimit)
    {
        string first = words[0];
        if (first == "builtin" && words.Count == 1)
        {
            return new BuiltinKernel();
        }

        if (first.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && words.Count == 1)
        {
            LibraryManifest manifest = LibraryManifest.Read(first);
            manifest.CheckLibrary();
            return new ProgramKernel(manifest.Name, Environment.ProcessPath!, [.. Self(), "host", Path.GetFullPath(first)], timeLimit, manifest.Declared);
        }

        return new ProgramKernel(string.Join(' ', words), first, [.. words.Skip(1)], timeLimit);
    }

    /// <summary>When the program runs under the dotnet host, the assembly is the host's first argument.</summary>
    private static string[] Self()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Kernels).Assembly.Location] : [];
}
