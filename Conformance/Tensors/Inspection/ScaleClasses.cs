namespace Mxact.Tensors.Inspection;

/// <summary>What a scale code says before any element is looked at.</summary>
internal sealed class ScaleClasses
{
    /// <summary>Codes there are.</summary>
    public const int Codes = 256;

    /// <summary>Kinds there are: <see cref="Zero"/>, <see cref="AtTheEnd"/>, <see cref="Chosen"/>.</summary>
    public const int Count = 3;

    /// <summary>Code 00.</summary>
    public const int Zero = 0;

    /// <summary>One that no rule bounds elements under: NaN, a sign, or a UE4M3 subnormal, which is too coarse.</summary>
    public const int AtTheEnd = 1;

    /// <summary>One that a rule has chosen freely.</summary>
    public const int Chosen = 2;

    private const int Ue4M3LeastNormal = 0x08, Ue4M3NaN = 0x7F, Ue4M3Sign = 0x80;

    private readonly ushort[] rows = new ushort[Codes];

    private ScaleClasses(ScaleFormat format)
    {
        IsE8M0 = format.Element is null;
        for (int code = 0; code < Codes; code++)
        {
            rows[code] = (ushort)(Codes * KindOf(code));
        }
    }

    /// <summary>Those of E8M0.</summary>
    public static ScaleClasses E8M0 { get; } = new(ScaleFormat.E8M0);

    /// <summary>Those of UE4M3.</summary>
    public static ScaleClasses Ue4M3 { get; } = new(ScaleFormat.Ue4M3);

    /// <summary>Whether codes are powers of two.</summary>
    public bool IsE8M0 { get; }

    /// <summary>Of each code, the kind times <see cref="Codes"/>.</summary>
    public ReadOnlySpan<ushort> Rows => rows;

    /// <summary>Those of a format.</summary>
    public static ScaleClasses Of(ScaleFormat format) => format.Element is null ? E8M0 : Ue4M3;

    /// <summary>Whether a code is NaN.</summary>
    public bool IsNaN(int code) => IsE8M0 ? code == ScaleFormat.E8M0NaN : (code & ~Ue4M3Sign) == Ue4M3NaN;

    /// <summary>Whether a code has a sign, which a scale has not.</summary>
    public bool IsSigned(int code) => !IsE8M0 && code >= Ue4M3Sign && !IsNaN(code);

    /// <summary>The number of a code; NaN for one of none.</summary>
    public double ValueOf(int code)
    {
        if (IsNaN(code))
        {
            return double.NaN;
        }

        int exponent = (code >> 3) & 0xF;
        double size = IsE8M0 ? Math.ScaleB(1, code - ScaleFormat.E8M0Bias)
            : Math.ScaleB(exponent == 0 ? code & 7 : (code & 7) | 8, Math.Max(exponent, 1) - 10);
        return IsSigned(code) ? -size : size;
    }

    private int KindOf(int code) => code == 0 ? Zero
        : IsNaN(code) || IsSigned(code) || (!IsE8M0 && code < Ue4M3LeastNormal) ? AtTheEnd : Chosen;
}
