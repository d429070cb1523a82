namespace Mxact.Simulator.Conversion;

/// <summary>What a GPU provider offers to conversions.</summary>
internal interface IConversionDevice
{
    /// <summary>What carries out the conversions of blocks.</summary>
    IDriver Blocks(ConversionSettings settings, Backend backend);

    /// <summary>What carries out the conversions of single elements.</summary>
    IElementDriver Elements(BlockFormat format, ConversionPolicy policy, Backend backend);
}

/// <summary>The provider of conversions on a device, once one is registered.</summary>
internal static class ConversionDevice
{
    private static IConversionDevice? registered;

    /// <summary>The provider; asked for only where the backend is available, which says that it is there.</summary>
    public static IConversionDevice Provider => registered ?? throw new InvalidOperationException("no GPU provider is registered");

    /// <summary>Announces a provider.</summary>
    public static void Register(IConversionDevice provider) => registered = provider;
}
