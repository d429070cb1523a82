using System.Collections.Frozen;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>The types that PTX's cvt knows: what an element of each is, and how many there are in a register.</summary>
internal static class PtxTypes
{
    private static readonly RegisterType[] Elements =
    [
        new FloatType("f32", ElementFormats.Binary32), new FloatType("f16", ElementFormats.Binary16),
        new FloatType("bf16", ElementFormats.BFloat16), new FloatType("tf32", ElementFormats.Tf32, 32), new Binary64Type(),
        new FloatType("e4m3", ElementFormats.E4M3), new FloatType("e5m2", ElementFormats.E5M2),
        new FloatType("e2m3", ElementFormats.E2M3, 8), new FloatType("e3m2", ElementFormats.E3M2, 8),
        new FloatType("e2m1", ElementFormats.E2M1),

        // S2F6: two's complement in units of 1/64, which is the standard's INT8 (MX 5.3.4).
        new FloatType("s2f6", ElementFormats.Int8),
        new PowerType(),
        .. Integers(),
    ];

    private static readonly FrozenDictionary<string, RegisterType> ByName = Elements.ToFrozenDictionary(element => element.Name);

    /// <summary>The element of a type that a form has, and how many of them it packs: e4m3x2 is two of e4m3.</summary>
    public static (RegisterType Element, int Lanes) Of(string name)
    {
        int lanes = name.EndsWith("x2", StringComparison.Ordinal) ? 2 : name.EndsWith("x4", StringComparison.Ordinal) ? 4 : 1;
        return (ByName[lanes > 1 ? name[..^2] : name], lanes);
    }

    private static IEnumerable<RegisterType> Integers()
    {
        foreach (int bits in (int[])[8, 16, 32, 64])
        {
            yield return new IntegerType($"s{bits}", bits, Signed: true);
            yield return new IntegerType($"u{bits}", bits, Signed: false);
        }
    }
}
