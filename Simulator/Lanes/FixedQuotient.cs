using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mxact.Simulator.Lanes;

/// <summary>
/// v 2^35 / d cut off to an integer, its lowest bit set where anything was cut off; see <see cref="IVectorLane{TSelf}.Quotients"/>.
/// </summary>
/// <remarks>
/// v has 24 significant bits, d 28, and the quotient at most 38. v times the rounded reciprocal is off by less than 2^-14, so the nearest
/// integer q to it is off by one at most where it should be cut off. The remainder v 2^35 - q d is at most a little more than half of d
/// and a multiple of the lesser of both units in the last place: it has a few more than 28 bits, and the fused multiplication gives it
/// exactly.
/// </remarks>
internal static class FixedQuotient
{
    /// <summary>A binary64 number plus this has its integer at the bottom.</summary>
    private const double Integer = 1ul << 52;
    private const double Unit = 1ul << 35;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(double value, double divisor, double reciprocal)
    {
        double sum = Math.FusedMultiplyAdd(value, reciprocal, Integer);
        double remainder = Math.FusedMultiplyAdd(Integer - sum, divisor, value * Unit);
        ulong quotient = BitConverter.DoubleToUInt64Bits(sum) - BitConverter.DoubleToUInt64Bits(Integer);
        return (remainder < 0 ? quotient - 1 : quotient) | (remainder != 0 ? 1ul : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Of(Vector128<double> value, Vector128<double> divisor, Vector128<double> reciprocal)
    {
        Vector128<double> integer = Vector128.Create(Integer);
        Vector128<double> sum = Vector128.FusedMultiplyAdd(value, reciprocal, integer);
        Vector128<double> remainder = Vector128.FusedMultiplyAdd(integer - sum, divisor, value * Vector128.Create(Unit));
        Vector128<ulong> less = Vector128.LessThan(remainder, Vector128<double>.Zero).AsUInt64();
        Vector128<ulong> exact = Vector128.Equals(remainder, Vector128<double>.Zero).AsUInt64();
        return (sum.AsUInt64() - integer.AsUInt64() + less) | Vector128.AndNot(Vector128.Create(1ul), exact);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Of(Vector256<double> value, Vector256<double> divisor, Vector256<double> reciprocal)
    {
        Vector256<double> integer = Vector256.Create(Integer);
        Vector256<double> sum = Vector256.FusedMultiplyAdd(value, reciprocal, integer);
        Vector256<double> remainder = Vector256.FusedMultiplyAdd(integer - sum, divisor, value * Vector256.Create(Unit));
        Vector256<ulong> less = Vector256.LessThan(remainder, Vector256<double>.Zero).AsUInt64();
        Vector256<ulong> exact = Vector256.Equals(remainder, Vector256<double>.Zero).AsUInt64();
        return (sum.AsUInt64() - integer.AsUInt64() + less) | Vector256.AndNot(Vector256.Create(1ul), exact);
    }
}
