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

    /// <summary>Time enough for one answer on a busy machine.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>ONNX Runtime under test.</summary>
    public static IKernelUnderTest OnnxRuntime()
        => new ProgramKernel("ONNX Runtime", OnnxRuntimeProgram[0], OnnxRuntimeProgram[1..], Patience);

    /// <summary>A shared library under test, held to the given choices.</summary>
    public static IKernelUnderTest Library(string manifest, params string[] held)
        => new ProgramKernel("library", "dotnet", [Command, "host", manifest, .. held], Patience);

    /// <summary>Runs the suite.</summary>
    public static Outcome Run(IKernelUnderTest kernel, IReadOnlyList<string> held, params string[] only)
    {
        Declaration declaration = new(held);
        Selection selection = new(Level.Standard, only, []) { For = declaration };
        using (kernel)
        {
            return Suite.Run(kernel, declaration, selection, Rows.Where(selection.Takes));
        }
    }

    /// <summary>What went wrong, by row.</summary>
    public static Dictionary<string, Judged> Failures(this Outcome outcome)
        => outcome.Groups.SelectMany(g => g.Failures).ToDictionary(f => f.Row.Id);
}
