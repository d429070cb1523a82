using System.Numerics;
using Fraction = Mxact.Tests.Oracle.OracleP3109.Fraction;
using Value = Mxact.Tests.Oracle.OracleP3109.Value;

namespace Mxact.Tests.Oracle;

/// <summary>The operations of the P3109 draft v4.0 on values, a second time, before their projection.</summary>
public static class OracleP3109Operations
{
    private static readonly Value Zero = new(new Fraction(0));

    /// <summary>The result of an operation that is projected.</summary>
    public static Value Exact(string operation, params ReadOnlySpan<Value> x) => operation switch
    {
        "Convert" => x[0],
        "Negate" => Minus(x[0]),
        "Abs" => x[0].Sign < 0 ? Minus(x[0]) : x[0],
        "Recip" => Over(new(new Fraction(1)), x[0]),
        "Divide" => Over(x[0], x[1]),
        "Add" => Plus(x[0], x[1]),
        "Subtract" => Plus(x[0], Minus(x[1])),
        "Multiply" => Times(x[0], x[1]),
        "FMA" => Plus(Times(x[0], x[1]), x[2]),
        "FAA" => Plus(x[0], Plus(x[1], x[2])),
        "ScaledAdd" => Plus(Times(x[0], x[1]), Times(x[2], x[3])),
        "ScaledSubtract" => Plus(Times(x[0], x[1]), Minus(Times(x[2], x[3]))),
        "ScaledMultiply" => Times(Times(x[0], x[1]), Times(x[2], x[3])),
        _ => Extreme(operation, x[0], x[1]),
    };

    /// <summary>The answer of a comparison.</summary>
    public static bool Compare(string operation, Value x, Value y)
    {
        if (x.IsNaN || y.IsNaN)
        {
            return false;
        }

        var order = x.CompareTo(y);
        return operation switch
        {
            "CompareLess" => order < 0,
            "CompareLessEqual" => order <= 0,
            "CompareEqual" => order == 0,
            "CompareGreaterEqual" => order >= 0,
            "CompareGreater" => order > 0,
            _ => throw new ArgumentException(operation),
        };
    }

    /// <summary>The answer of a predicate.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="x">The operand.</param>
    /// <param name="leastNormal">The least positive normal number of its format.</param>
    public static bool Is(string operation, Value x, Fraction leastNormal) => operation switch
    {
        "IsZero" => x == Zero,
        "IsOne" => x == new Value(new Fraction(1)),
        "IsNaN" => x.IsNaN,
        "IsSignMinus" => x.Sign < 0,
        "IsFinite" => x.IsFinite,
        "IsInfinite" => !x.IsFinite && !x.IsNaN,
        "IsNormal" => x.IsFinite && Size(x).CompareTo(new(leastNormal)) >= 0,
        "IsSubnormal" => x.IsFinite && x.Sign != 0 && Size(x).CompareTo(new(leastNormal)) < 0,
        _ => throw new ArgumentException(operation),
    };

    /// <summary>The nearest value of a table on one side, or NaN.</summary>
    public static Value Next(IEnumerable<Value> table, Value x, bool greater)
    {
        Value[] beyond = [.. x.IsNaN ? [] : table.Where(v => !v.IsNaN && (greater ? v.CompareTo(x) > 0 : v.CompareTo(x) < 0))];
        return beyond.Length == 0 ? Value.NaN
            : beyond.Aggregate((a, b) => a.CompareTo(b) < 0 == greater ? a : b);
    }

    /// <summary>What is projected of an element under a scale.</summary>
    public static Value Element(Value scale, Value element)
    {
        if (scale.IsNaN || element.IsNaN)
        {
            return Value.NaN;
        }

        return scale.Sign == 0 ? Zero : scale.IsFinite ? Over(element, scale) : new(new Fraction(element.Sign * scale.Sign));
    }

    /// <summary>The largest finite magnitude; without one the infinite, without that NaN.</summary>
    public static Value MaxAbsFinite(IReadOnlyList<Value> x)
    {
        Value[] finite = [.. x.Where(v => v.IsFinite).Select(Size)];
        return finite.Length > 0 ? finite.Aggregate((a, b) => a.CompareTo(b) > 0 ? a : b)
            : x.Any(v => !v.IsNaN) ? Value.PositiveInfinity : Value.NaN;
    }

    /// <summary>The sum of products of two blocks, each under its scale.</summary>
    public static Value Dot(Value scaleX, IReadOnlyList<Value> x, Value scaleY, IReadOnlyList<Value> y)
        => Enumerable.Range(0, x.Count).Aggregate(Zero, (sum, i) => Plus(sum, Times(Times(scaleX, x[i]), Times(scaleY, y[i]))));

    private static Value Infinite(int sign) => sign < 0 ? Value.NegativeInfinity : Value.PositiveInfinity;

    private static Value Minus(Value x) => x.IsNaN ? x : x.IsFinite ? new(-x.Number) : Infinite(-x.Sign);

    private static Value Size(Value x) => x.Sign < 0 ? Minus(x) : x;

    private static Value Plus(Value x, Value y)
    {
        if (x.IsFinite && y.IsFinite)
        {
            return new(x.Number + y.Number);
        }

        bool opposite = !x.IsFinite && !y.IsFinite && x.Sign != y.Sign;
        return x.IsNaN || y.IsNaN || opposite ? Value.NaN : x.IsFinite ? y : x;
    }

    private static Value Times(Value x, Value y)
    {
        if (x.IsFinite && y.IsFinite)
        {
            return new(x.Number * y.Number);
        }

        var sign = x.Sign * y.Sign;
        return x.IsNaN || y.IsNaN || sign == 0 ? Value.NaN : Infinite(sign);
    }

    private static Value Over(Value x, Value y)
    {
        if (x.IsNaN || y.IsNaN || y.Sign == 0)
        {
            return Value.NaN;
        }

        return y.IsFinite ? x.IsFinite ? new(x.Number / y.Number) : Infinite(x.Sign * y.Sign)
            : x.IsFinite ? Zero : Value.NaN;
    }

    private static Value Extreme(string operation, Value x, Value y)
    {
        var maximum = operation.StartsWith("Maximum", StringComparison.Ordinal);
        var magnitude = operation.Contains("Magnitude", StringComparison.Ordinal);
        var kind = operation[7..].Replace("Magnitude", "", StringComparison.Ordinal);
        List<Value> from = [x, y];
        if (kind is "Number" or "Finite")
        {
            from.RemoveAll(v => v.IsNaN);
        }

        if (kind == "Finite" && from.Exists(v => v.IsFinite))
        {
            from.RemoveAll(v => !v.IsFinite);
        }

        if (from.Count == 0 || from.Exists(v => v.IsNaN))
        {
            return Value.NaN;
        }

        return from.Aggregate((a, b) =>
        {
            var order = magnitude ? Size(a).CompareTo(Size(b)) : 0;
            order = order == 0 ? a.CompareTo(b) : order;
            return order > 0 == maximum ? a : b;
        });
    }
}
