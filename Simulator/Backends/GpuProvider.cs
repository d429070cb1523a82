namespace Mxact;

/// <summary>
/// Whether GPU kernels were registered, and whether they found a device: all that choosing a backend needs to know of them.
/// </summary>
internal static class GpuProvider
{
    private static Func<bool>? hasCuda;

    /// <summary>Whether a provider is there.</summary>
    public static bool IsRegistered => hasCuda is not null;

    /// <summary>Whether the provider found a CUDA device.</summary>
    public static bool HasCuda => hasCuda is not null && hasCuda();

    /// <summary>Announces a provider.</summary>
    /// <param name="cuda">Asked once somebody wants to know: looking for a device takes a while.</param>
    public static void Register(Func<bool> cuda) => hasCuda = cuda;
}
