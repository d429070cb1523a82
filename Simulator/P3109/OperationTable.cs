using System.Collections.Immutable;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>
/// The operations of the draft that this project does: those of its required minimum (4.5), Divide, and five of blocks. A row says what it
/// takes, what it gives and how the one follows from the other.
/// </summary>
internal static class OperationTable
{
    /// <summary>All of them, in the draft's order.</summary>
    public static ImmutableArray<OperationRow> Rows { get; } =
    [
        Unary("Convert", x => x),
        Unary("Recip", Scalar.Recip),
        Unary("Negate", x => Scalar.Negate(x)),
        Unary("Abs", x => Scalar.Abs(x)),
        Binary("Add", (x, y) => Scalar.Add(x, y)),
        Binary("Subtract", (x, y) => Scalar.Subtract(x, y)),
        Binary("Multiply", (x, y) => Scalar.Multiply(x, y)),
        Binary("Divide", Scalar.Divide),
        Ternary("FMA", Scalar.FusedMultiplyAdd),
        Ternary("FAA", Scalar.FusedAddAdd),
        Binary("Minimum", (x, y) => Extrema.Minimum(x, y)),
        Binary("Maximum", (x, y) => Extrema.Maximum(x, y)),
        Binary("MinimumNumber", (x, y) => Extrema.MinimumNumber(x, y)),
        Binary("MaximumNumber", (x, y) => Extrema.MaximumNumber(x, y)),
        Binary("MinimumMagnitude", (x, y) => Extrema.MinimumMagnitude(x, y)),
        Binary("MaximumMagnitude", (x, y) => Extrema.MaximumMagnitude(x, y)),
        Binary("MinimumMagnitudeNumber", (x, y) => Extrema.MinimumMagnitudeNumber(x, y)),
        Binary("MaximumMagnitudeNumber", (x, y) => Extrema.MaximumMagnitudeNumber(x, y)),
        Binary("MinimumFinite", (x, y) => Extrema.MinimumFinite(x, y)),
        Binary("MaximumFinite", (x, y) => Extrema.MaximumFinite(x, y)),
        Comparison("CompareLess", order => order < 0),
        Comparison("CompareLessEqual", order => order <= 0),
        Comparison("CompareEqual", order => order == 0),
        Comparison("CompareGreaterEqual", order => order >= 0),
        Comparison("CompareGreater", order => order > 0),
        Predicate("IsZero", (_, x, _) => Scalar.IsZero(x)),
        Predicate("IsOne", (_, x, _) => Scalar.IsOne(x)),
        Predicate("IsNaN", (_, x, _) => x.IsNaN),
        Predicate("IsSignMinus", (_, x, _) => Scalar.IsSignMinus(x)),
        Predicate("IsFinite", (_, x, _) => x.IsFinite),
        Predicate("IsInfinite", (_, x, _) => x.IsInfinity),
        Predicate("IsNormal", (f, x, code) => x.IsFinite && !Scalar.IsZero(x) && (code & ~f.SignMask) >= f.MinNormal),
        Predicate("IsSubnormal", (f, x, code) => x.IsFinite && !Scalar.IsZero(x) && (code & ~f.SignMask) < f.MinNormal),
        new("NextGreaterThan", "fx", "x:fx", "r:fx", e => [Neighbour(e.Operation.FormatOf("fx"), e.Code(0), greater: true)]),
        new("NextLessThan", "fx", "x:fx", "r:fx", e => [Neighbour(e.Operation.FormatOf("fx"), e.Code(0), greater: false)]),
        Query("BitwidthOf", "Integer", f => (uint)f.Bits),
        Query("PrecisionOf", "Integer", f => (uint)f.Precision),
        Query("SignednessOf", "Boolean", f => f.IsSigned ? 1u : 0),
        Query("DomainOf", "Boolean", f => f.IsExtended ? 1u : 0),
        Query("ExponentBitwidthOf", "Integer", f => (uint)f.ExponentBits),
        Query("TrailingSignificandBitwidthOf", "Integer", f => (uint)f.TrailingBits),
        Query("ExponentBiasOf", "Integer", f => (uint)f.Bias),
        Query("MaxFiniteOf", "f", f => f.MaxFinite),
        Query("MinFiniteOf", "f", f => f.MinFinite),
        Query("MinPositiveOf", "f", _ => 1),
        Query("MaxSubnormalOf", "f", f => f.MaxSubnormal),
        Query("MinNormalOf", "f", f => f.MinNormal),
        Scaled("ScaledAdd", Scalar.Add),
        Scaled("ScaledSubtract", Scalar.Subtract),
        Scaled("ScaledMultiply", Scalar.Multiply),
        new("ConvertToBlock", "B fx fs fr rho", "x:fx*B s:fs", "s:fs r:fr*B",
            e => [e.Code(1), .. e.Block(e.Value(1), e.Values(0))]),
        new("ConvertToBlockMaxAbsFinite", "B fx fs fr rhos rho", "x:fx*B", "s:fs r:fr*B", ToBlockMaxAbsFinite),
        new("ConvertFromBlock", "B fs fx fr rho", "s:fs x:fx*B", "r:fr*B",
            e => [.. Blocks.Decode(e.Value(0), e.Values(1)).Select(x => e.Project("fr", "rho", x))]),
        new("BlockReduceAdd", "B fs fx fr rho", "s:fs x:fx*B", "r:fr",
            e => e.Result(Blocks.Sum(Blocks.Decode(e.Value(0), e.Values(1))))),
        new("BlockDotProduct", "B fsx fx fsy fy fr rho", "sx:fsx x:fx*B sy:fsy y:fy*B", "r:fr",
            e => e.Result(Blocks.DotProduct(Blocks.Decode(e.Value(0), e.Values(1)), Blocks.Decode(e.Value(2), e.Values(3))))),
    ];

    private static OperationRow Unary(string name, Func<Number, ClosedReal> f)
        => new(name, "fx fr rho", "x:fx", "r:fr", e => e.Result(f(e.Value(0))));

    private static OperationRow Binary(string name, Func<Number, Number, ClosedReal> f)
        => new(name, "fx fy fr rho", "x:fx y:fy", "r:fr", e => e.Result(f(e.Value(0), e.Value(1))));

    private static OperationRow Ternary(string name, Func<Number, Number, Number, Number> f)
        => new(name, "fx fy fz fr rho", "x:fx y:fy z:fz", "r:fr", e => e.Result(f(e.Value(0), e.Value(1), e.Value(2))));

    /// <summary>No order holds of a NaN.</summary>
    private static OperationRow Comparison(string name, Func<int, bool> holds) => new(name, "fx fy", "x:fx y:fy", "r:Boolean", e =>
    {
        (Number x, Number y) = (e.Value(0), e.Value(1));
        return [!x.IsNaN && !y.IsNaN && holds(Scalar.Compare(x, y)) ? 1u : 0];
    });

    private static OperationRow Predicate(string name, Func<P3109Format, Number, uint, bool> holds)
        => new(name, "fx", "x:fx", "r:Boolean", e => [holds(e.Operation.FormatOf("fx"), e.Value(0), e.Code(0)) ? 1u : 0]);

    private static OperationRow Query(string name, string result, Func<P3109Format, uint> answer)
        => new(name, "f", "", "r:" + result, e => [answer(e.Operation.FormatOf("f"))]);

    /// <summary>A block operation on one element each, whose result scale is 1.</summary>
    private static OperationRow Scaled(string name, Func<Number, Number, Number> f)
        => new(name, "fsx fx fsy fy fr rho", "sx:fsx x:fx sy:fsy y:fy", "r:fr",
            e => e.Result(f(Scalar.Multiply(e.Value(0), e.Value(1)), Scalar.Multiply(e.Value(2), e.Value(3)))));

    /// <summary>The scale is projected first, and its code's value divides.</summary>
    private static uint[] ToBlockMaxAbsFinite(Evaluation e)
    {
        Number[] x = e.Values(0);
        uint s = e.Project("fs", "rhos", Blocks.MaxAbsFinite(x));
        return [s, .. e.Block(Codec.Decode(e.Operation.FormatOf("fs"), s), x)];
    }

    /// <summary>The next code in the order of values, infinities included; NaN of NaN and where there is none.</summary>
    private static uint Neighbour(P3109Format f, uint code, bool greater)
    {
        Number x = Codec.Decode(f, code);
        uint magnitude = code & ~f.SignMask;
        uint last = f.PositiveInfinity ?? f.MaxFinite;
        if (x.IsNaN)
        {
            return f.NaN;
        }

        if (Scalar.IsZero(x))
        {
            return greater ? 1 : f.IsSigned ? f.SignMask | 1 : f.NaN;
        }

        uint sign = code & f.SignMask;
        return x.Negative == greater ? (magnitude == 1 ? 0 : sign | (magnitude - 1))
            : magnitude == last ? f.NaN : sign | (magnitude + 1);
    }
}
