using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// Decodes vectors of minifloat codes of any format into relative binary32 values and exponent codes (<see cref="ExponentWindow"/>).
/// </summary>
internal readonly struct ElementDecoder<TLanes, TF, TI>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    private readonly int mantissaBits;
    private readonly int signShift;
    private readonly TI exponentMask;
    private readonly TI mantissaMask;
    private readonly TI hidden;
    private readonly TI magnitudeMask;
    private readonly TI maxMagnitude;
    private readonly TI codeMask;
    private readonly TI nanCode;
    private readonly TI signMask;
    private readonly TI codeBias;
    private readonly TI powerBias;
    private readonly bool coversAll;

    /// <summary>A decoder for values relative to <paramref name="window"/>, times 2^<paramref name="extra"/>.</summary>
    public ElementDecoder(ElementFormat format, ExponentWindow window, int extra)
    {
        coversAll = window.CoversAll;
        mantissaBits = format.MantissaBits;
        signShift = 31 - format.MagnitudeBits;
        exponentMask = TLanes.Broadcast((1 << format.ExponentBits) - 1);
        mantissaMask = TLanes.Broadcast((1 << format.MantissaBits) - 1);
        hidden = TLanes.Broadcast(1 << format.MantissaBits);
        magnitudeMask = TLanes.Broadcast((int)(format.SignMask - 1));
        maxMagnitude = TLanes.Broadcast((int)format.MaxMagnitude);
        codeMask = TLanes.Broadcast((int)format.CodeMask);
        nanCode = TLanes.Broadcast(format.Specials == SpecialValues.NanAtNegativeZero ? (int)format.SignMask : -1);
        signMask = TLanes.Broadcast(format.IsSigned ? (int)format.SignMask : 0);
        codeBias = TLanes.Broadcast(ExponentWindow.LowestCode - window.Low - format.Bias);
        powerBias = TLanes.Broadcast(127 - ExponentWindow.LowestCode - format.MantissaBits + extra);
    }

    /// <summary>Decodes; lanes that are no number or outside the window are marked by their sign in <paramref name="declined"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TF Decode(TI codes, TI scaleExponent, out TI exponentCode, ref TI declined)
        => coversAll ? DecodeCovered(codes, scaleExponent, out exponentCode, ref declined)
            : DecodeAny(codes, scaleExponent, out exponentCode, ref declined);

    /// <summary>
    /// Where no exponent can leave the window, what is no number may decode to anything: its row or column is answered elsewhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TF DecodeCovered(TI codes, TI scaleExponent, out TI exponentCode, ref TI declined)
    {
        TI one = TLanes.Broadcast(1);
        TI field = TLanes.And(TLanes.ShiftRight(codes, mantissaBits), exponentMask);
        TI significand = TLanes.Or(TLanes.And(codes, mantissaMask), TLanes.ShiftLeft(TLanes.Min(field, one), mantissaBits));
        TI nonzero = TLanes.Subtract(TLanes.Broadcast(0), TLanes.Min(significand, one));
        exponentCode = TLanes.And(TLanes.Add(TLanes.Add(TLanes.Max(field, one), scaleExponent), codeBias), nonzero);
        declined = TLanes.Or(declined, TLanes.Subtract(maxMagnitude, TLanes.And(codes, magnitudeMask)));
        TF power = TLanes.AsFloat(TLanes.ShiftLeft(TLanes.Add(exponentCode, powerBias), 23));
        TF magnitude = TLanes.Multiply(TLanes.Convert(significand), power);
        return TLanes.AsFloat(TLanes.Or(TLanes.AsInt(magnitude), TLanes.ShiftLeft(TLanes.And(codes, signMask), signShift)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TF DecodeAny(TI codes, TI scaleExponent, out TI exponentCode, ref TI declined)
    {
        TI field = TLanes.And(TLanes.ShiftRight(codes, mantissaBits), exponentMask);
        TI normal = TLanes.Greater(field, TLanes.Broadcast(0));
        TI significand = TLanes.Or(TLanes.And(codes, mantissaMask), TLanes.And(normal, hidden));
        TI code = TLanes.Add(TLanes.Add(TLanes.Max(field, TLanes.Broadcast(1)), scaleExponent), codeBias);
        TI nonzero = TLanes.Greater(significand, TLanes.Broadcast(0));
        TI outside = TLanes.Or(TLanes.Greater(TLanes.Broadcast(ExponentWindow.LowestCode), code),
            TLanes.Greater(code, TLanes.Broadcast(ExponentWindow.HighestCode)));
        TI special = TLanes.Or(TLanes.Greater(TLanes.And(codes, magnitudeMask), maxMagnitude),
            TLanes.Equal(TLanes.And(codes, codeMask), nanCode));
        TI marked = TLanes.Or(TLanes.And(outside, nonzero), special);
        declined = TLanes.Or(declined, marked);
        significand = TLanes.AndNot(significand, marked);
        exponentCode = TLanes.AndNot(TLanes.And(code, nonzero), marked);
        TF power = TLanes.AsFloat(TLanes.ShiftLeft(TLanes.Add(exponentCode, powerBias), 23));
        TF magnitude = TLanes.Multiply(TLanes.Convert(significand), power);
        return TLanes.AsFloat(TLanes.Or(TLanes.AsInt(magnitude), TLanes.ShiftLeft(TLanes.And(codes, signMask), signShift)));
    }
}
