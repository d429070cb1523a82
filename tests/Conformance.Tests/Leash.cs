using System.Diagnostics;

namespace Mxact.Conformance.Tests;

/// <summary>A process that a failed test does not leave running beside all that follow.</summary>
internal sealed class Leash(Process process) : IDisposable
{
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
