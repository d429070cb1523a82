using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Compiles kernels to PTX, which takes no device.</summary>
internal static partial class Ptx
{
    /// <summary>That a kernel compiles and computes with integers alone.</summary>
    public static void HoldsNoFloatingPoint(MethodInfo kernel)
    {
        using Context context = Context.Create(b => b.CPU());
        using PTXBackend backend = new(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);
        EntryPointDescription entry = EntryPointDescription.FromImplicitlyGroupedKernel(kernel);
        string ptx = ((PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty)).PTXAssembly;
        Assert.Contains(".entry", ptx, StringComparison.Ordinal);
        Assert.False(FloatingPoint().IsMatch(ptx), $"{kernel.Name}: {FloatingPoint().Match(ptx).Value}");
    }

    /// <summary>Any instruction on a floating-point type other than a move, a load or a store of bits.</summary>
    [GeneratedRegex(@"^\s*(?:@!?%\w+\s+)?(?!mov|ld|st)[a-z0-9]+(?:\.\w+)*\.(?:f16|f16x2|bf16|f32|f64)\b.*$", RegexOptions.Multiline)]
    private static partial Regex FloatingPoint();
}
