namespace Mxact.Simulator.Packing;

/// <summary>Sizes are checked before anything is written.</summary>
internal static class Require
{
    public static void AtLeast(int needed, int given, string name)
    {
        if (given < needed)
        {
            throw new ArgumentException($"{needed} bytes are needed, {given} given", name);
        }
    }
}
