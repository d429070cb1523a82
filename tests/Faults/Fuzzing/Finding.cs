namespace Mxact.Faults.Fuzzing;

/// <summary>What a reader must not do.</summary>
internal enum Fault
{
    /// <summary>It throws what is no refusal.</summary>
    Crash,

    /// <summary>It takes longer than <see cref="Trial.Limit"/>, twice.</summary>
    Slow,

    /// <summary>It holds more than twice the input and <see cref="Trial.Allowance"/>.</summary>
    Memory,
}

/// <summary>An input that a reader failed at.</summary>
/// <param name="Fault">How.</param>
/// <param name="What">One line: the exception and where it came from, or the figure.</param>
internal sealed record Finding(Fault Fault, string What);
