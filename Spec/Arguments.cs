using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Mxact;

/// <summary>What a value given by a caller must be, said once: each returns the value, or refuses it by its parameter's name.</summary>
internal static class Arguments
{
    /// <summary>Something.</summary>
    /// <exception cref="ArgumentNullException">Nothing.</exception>
    public static T Given<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }

    /// <summary>A name: more than white space.</summary>
    /// <exception cref="ArgumentException">Null or blank.</exception>
    public static string Named(string value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        return value;
    }

    /// <summary>A value that its enumeration names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static TChoice Known<TChoice>(TChoice value, [CallerArgumentExpression(nameof(value))] string name = "")
        where TChoice : struct, Enum
        => Enum.IsDefined(value) ? value
            : throw new ArgumentOutOfRangeException(name, value, $"no such {typeof(TChoice).Name}");

    /// <summary>A number between two others, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another.</exception>
    public static int Within(int value, int least, int most, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }

    /// <summary>A count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below zero.</exception>
    public static long Count(long value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }

    /// <summary>A sum of squares or another number that cannot be negative; infinite where it is too large.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or no number.</exception>
    public static double Magnitude(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "negative, or no number");

    /// <summary>A list that was made, without gaps.</summary>
    /// <exception cref="ArgumentException">The default array, which has no list behind it, or one with a null in it.</exception>
    public static ImmutableArray<T> Listed<T>(ImmutableArray<T> value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
        => !value.IsDefault && !value.Contains(null!) ? value
            : throw new ArgumentException("a list that was never made, or with a null in it", name);
}
