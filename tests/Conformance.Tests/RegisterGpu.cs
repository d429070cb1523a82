using System.Runtime.CompilerServices;

namespace Mxact.Conformance.Tests;

/// <summary>The GPU provider is there before any test asks which backends there are.</summary>
internal static class RegisterGpu
{
    [ModuleInitializer]
    internal static void Register() => GpuExecution.Register();
}
