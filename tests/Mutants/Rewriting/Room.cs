namespace Mxact.Mutants.Rewriting;

/// <summary>What is mutated: the projects, each after those it uses, and what is left as it stands.</summary>
internal static class Room
{
    /// <summary>The rooms.</summary>
    public static readonly string[] All = ["Spec", "Simulator", "Vectors", "Conformance", "Training"];

    /// <summary>The projects of all rooms.</summary>
    public static readonly string[] Projects =
    [
        "Spec/Mxact.Spec.csproj", "Simulator/Mxact.Simulator.csproj", "Conformance/Shell/Mxact.Shell.csproj",
        "Vectors/Mxact.Vectors.csproj", "Conformance/Mxact.Conformance.csproj",
        "Conformance/Tensors/Mxact.Tensors.csproj", "Conformance/Cli/mxact.csproj",
        "Training/Mxact.Training.csproj", "Training/Cli/mxact-train.csproj",
    ];

    /// <summary>
    /// Code of kernels: a question in it costs more than the work, and a GPU's compiler reads it too. What it computes is held to the
    /// reference bit for bit, over whole input spaces.
    /// </summary>
    private static readonly string[] Kernels =
    [
        "Simulator/Lanes/", "Simulator/Gpu/", "Simulator/Conversion/Kernels/", "Simulator/Conversion/Nvfp4/Nvfp4Kernels.cs",
        "Simulator/Product/", "Spec/IElementFormat.cs",
    ];

    /// <summary>The test projects.</summary>
    public static readonly string[] Tests = ["Spec", "Vectors", "Conformance", "Training", "Simulator"];

    /// <summary>Whether a file is rewritten.</summary>
    public static bool Takes(string file) => !file.Contains("/obj/", StringComparison.Ordinal)
        && !Kernels.Any(kernel => file.StartsWith(kernel, StringComparison.Ordinal));
}
