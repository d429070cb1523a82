namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>Which instructions a product may use. The bits do not depend on it. Models that are no matrix unit's run one exact dot product at a time whatever is asked.</summary>
public enum GemmInstructions
{
    /// <summary>The widest the processor has.</summary>
    Widest,

    /// <summary>512-bit vectors, or narrower where the processor has none.</summary>
    Vector512,

    /// <summary>256-bit vectors, or scalar where the processor has none.</summary>
    Vector256,

    /// <summary>Integer arithmetic, one element at a time.</summary>
    Scalar,

    /// <summary>The same arithmetic as a GPU kernel, on ILGPU's CPU accelerator: slow, for tests.</summary>
    IlgpuCpu,

    /// <summary>The GPU kernel on a CUDA device, which has to be there: a product is refused without one.</summary>
    IlgpuCuda,
}

/// <summary>How to run a product. No choice here changes a bit of the result.</summary>
public sealed record GemmOptions
{
    /// <summary>One thread, the widest instructions.</summary>
    public static GemmOptions Default { get; } = new();

    /// <summary>Threads of the processor to use, the caller's included; 0 is one for every processor.</summary>
    public int DegreeOfParallelism { get; init; } = 1;

    /// <summary>Which instructions to use, or which device.</summary>
    public GemmInstructions Instructions { get; init; }

    /// <summary>The instructions of a backend.</summary>
    public static GemmInstructions InstructionsOf(Backend backend) => backend switch
    {
        Backend.Scalar => GemmInstructions.Scalar,
        Backend.Vector256 => GemmInstructions.Vector256,
        Backend.Vector512 => GemmInstructions.Vector512,
        Backend.IlgpuCpu => GemmInstructions.IlgpuCpu,
        Backend.IlgpuCuda => GemmInstructions.IlgpuCuda,
        _ => throw new InvalidOperationException($"no such backend: {backend}"),
    };

    /// <summary>False keeps to the general kernel where a tuned one exists.</summary>
    public bool Tuned { get; init; } = true;

    /// <summary>Where to count which path answered, or null.</summary>
    public GemmDiagnostics? Diagnostics { get; init; }
}
