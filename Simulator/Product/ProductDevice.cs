namespace Mxact.Simulator.Product;

/// <summary>What a GPU provider offers to matrix products.</summary>
internal unsafe interface IProductDevice
{
    /// <summary>Computes C = A B^T + C in place; the operands' memory stays pinned.</summary>
    void Multiply(StepUnit unit, CodeRows a, CodeRows b, uint* c, int m, int n, int k, ProductOptions options);
}

/// <summary>The provider of products on a device, once one is registered.</summary>
internal static class ProductDevice
{
    private static IProductDevice? registered;

    /// <summary>The provider; asked for only where the backend is available, which says that it is there.</summary>
    public static IProductDevice Provider => registered ?? throw new InvalidOperationException("no GPU provider is registered");

    /// <summary>Announces a provider.</summary>
    public static void Register(IProductDevice provider) => registered = provider;
}
