namespace Mxact.Faults.Fuzzing;

/// <summary>One way into the programs from outside: what it is called with, and how it may refuse that.</summary>
/// <param name="Name">What logs and the command line call it.</param>
/// <param name="File">The name of the file that it opens; empty where it takes bytes or a text.</param>
/// <param name="Seeds">Inputs that it takes: small, and together of every shape that it knows.</param>
/// <param name="Read">Reads an input to its end, and does with it what the programs do.</param>
/// <param name="Refusals">Exceptions that mean "bad input"; every other is a crash.</param>
internal sealed record Reader(string Name, string File, IReadOnlyList<byte[]> Seeds, Action<Input> Read, IReadOnlyList<Type> Refusals)
{
    /// <summary>
    /// Makes an input pass the check sums that would refuse it at the door, so that what lies behind them is reached; applied to half of
    /// the inputs. Null where there are none.
    /// </summary>
    public Func<byte[], byte[]>? Repair { get; init; }

    /// <summary>Whether an exception is a refusal.</summary>
    public bool Refuses(Exception exception) => Refusals.Any(type => type.IsInstanceOfType(exception));
}
