namespace Mxact;

/// <summary>What computes. All give the same bits; they differ in speed.</summary>
public enum Backend
{
    /// <summary>The exact reference, as the standard reads: no machine arithmetic on floats, slow.</summary>
    Reference,

    /// <summary>The kernels, one element at a time.</summary>
    Scalar,

    /// <summary>Four elements at a time: any processor with 128-bit vectors, x86 or Arm.</summary>
    Vector128,

    /// <summary>Eight elements at a time: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen elements at a time: AVX-512 F, BW, CD, DQ.</summary>
    Vector512,

    /// <summary>The GPU kernels on ILGPU's processor simulation: slow, for tests.</summary>
    IlgpuCpu,

    /// <summary>The GPU kernels on a CUDA device.</summary>
    IlgpuCuda,
}
