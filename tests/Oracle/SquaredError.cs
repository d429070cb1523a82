namespace Mxact.Tests.Oracle;

/// <summary>Exact sums of squared errors; null stands for one that is infinite.</summary>
internal static class SquaredError
{
    /// <summary>The sum over finite values and what they became; infinite if any became an Inf or a NaN.</summary>
    public static Dyadic? Of(OracleValue[] values, OracleValue[] results)
    {
        var sum = Dyadic.Zero;
        foreach (var (value, result) in values.Zip(results))
        {
            if (!result.IsFinite)
            {
                return null;
            }

            var error = result.Signed - value.Signed;
            sum += error * error;
        }

        return sum;
    }

    public static bool IsLess(Dyadic? a, Dyadic? b) => a is { } left && (b is not { } right || left < right);
}
