using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Vectors;

namespace Mxact.Kernels.Tests;

/// <summary>The suite and the kernels, as a user has them.</summary>
internal static class Real
{
    /// <summary>The standard level of the committed set.</summary>
    public static IReadOnlyList<TestVector> Rows { get; } = [.. GoldenSet.Open(GoldenSet.DefaultFolder()).Rows()];

    /// <summary>Those of them that a kernel which declares nothing is asked.</summary>
    public static IReadOnlyList<TestVector> Undeclared { get; } = [.. Rows.Where(new Declaration([]).Concerns)];

    /// <summary>The command's assembly, which the build puts beside the tests.</summary>
    public static string Command { get; } = Path.Combine(AppContext.BaseDirectory, "mxact.dll");

    /// <summary>The program that ONNX Runtime is behind.</summary>
    public static string[] OnnxRuntimeProgram { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Mxact.Kernels.dll"),
        "onnxruntime"];

    /// <summary>The program that libtorch is behind.</summary>
    public static string[] LibTorchProgram { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Mxact.Kernels.LibTorch.dll"),
        "libtorch"];

    /// <summary>Time enough for one answer on a busy machine.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>ONNX Runtime under test.</summary>
    public static IKernelUnderTest OnnxRuntime()
        => new ProgramKernel("ONNX Runtime", OnnxRuntimeProgram[0], OnnxRuntimeProgram[1..], Patience);

    /// <summary>libtorch under test; skips, and says what was not checked, where its package is not for the system.</summary>
    public static IKernelUnderTest LibTorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "NOT CHECKED: libtorch's casts; the package is for Linux on x64");
        return new ProgramKernel("libtorch", LibTorchProgram[0], LibTorchProgram[1..], Patience);
    }

    /// <summary>A shared library under test, held to the given choices.</summary>
    public static IKernelUnderTest Library(string manifest, params string[] held)
        => new ProgramKernel("library", "dotnet", [Command, "host", manifest, .. held], Patience);

    /// <summary>Runs the suite.</summary>
    public static Outcome Run(IKernelUnderTest kernel, IReadOnlyList<string> held, params string[] only) => Run(kernel, null, held, only);

    /// <summary>Runs the suite on a kernel that is known for departures, or for none.</summary>
    public static Outcome Run(IKernelUnderTest kernel, KnownDepartures? known, IReadOnlyList<string> held, params string[] only)
    {
        Declaration declaration = new(held);
        Selection selection = new(Level.Standard, only, []) { For = declaration };
        using (kernel)
        {
            return Suite.Run(kernel, declaration, selection, Rows.Where(selection.Takes), known: known);
        }
    }

    /// <summary>What went wrong, by row.</summary>
    public static Dictionary<string, Judged> Failures(this Outcome outcome)
        => outcome.Groups.SelectMany(g => g.Failures).ToDictionary(f => f.Row.Id);
}
