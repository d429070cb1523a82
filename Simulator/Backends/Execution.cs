using System.Collections.Immutable;
using System.Globalization;

namespace Mxact;

/// <summary>
/// What computes, and on how many threads: a value, the same for conversions, products and training. No bit of any result depends
/// on it. Names: <c>reference scalar vector128 vector256 vector512 ilgpu-cpu ilgpu-cuda</c>.
/// </summary>
public sealed record Execution
{
    /// <summary>The environment variable that names the backend of <see cref="Default"/>.</summary>
    public const string Variable = "MXACT_BACKEND";

    /// <summary>A backend and its threads.</summary>
    /// <param name="backend">What computes; refused where it is used, not here, when this machine lacks it.</param>
    /// <param name="threads">Threads of the processor at most, the caller's included; 0 is one for every processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such backend, or a negative number of threads.</exception>
    public Execution(Backend backend, int threads = 1)
    {
        if (!Enum.IsDefined(backend))
        {
            throw new ArgumentOutOfRangeException(nameof(backend), backend, "no such backend");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Backend = backend;
        Threads = threads;
    }

    private static Execution Widest { get; } = new(Backends.OfProcessor[^1]);

    /// <summary>The exact reference.</summary>
    public static Execution Reference { get; } = new(Backend.Reference);

    /// <summary>
    /// One thread of the backend that <see cref="Variable"/> names, or of the widest this processor has: what every operation uses
    /// when nothing is said.
    /// </summary>
    /// <exception cref="NotSupportedException">The variable names no backend, or one that this machine lacks.</exception>
    public static Execution Default => Resolve(backend: null, threads: 1);

    /// <summary>The backends that can run here, slowest first; those of a GPU once its provider is registered.</summary>
    public static ImmutableArray<Backend> Available => [.. Backends.All.Where(Backends.IsAvailable)];

    /// <summary>What computes.</summary>
    public Backend Backend { get; }

    /// <summary>Threads at most; 0 is one for every processor.</summary>
    public int Threads { get; }

    /// <summary>Reads a backend's name.</summary>
    /// <param name="name">One of <c>reference scalar vector128 vector256 vector512 ilgpu-cpu ilgpu-cuda</c>.</param>
    /// <param name="threads">As of the constructor.</param>
    /// <exception cref="NotSupportedException">No such name, or this machine lacks it; one line says which there are.</exception>
    public static Execution Parse(string name, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Resolve(name, threads);
    }

    /// <summary>The name a user types, with the threads where there is more than one: <c>vector256</c>, <c>vector256 x 8</c>.</summary>
    public override string ToString()
        => Threads == 1 ? Backends.NameOf(Backend)
            : string.Create(CultureInfo.InvariantCulture,
            $"{Backends.NameOf(Backend)} x {(Threads == 0 ? Environment.ProcessorCount : Threads)}");

    /// <summary>The one place where a name, the variable and what the machine has become a choice.</summary>
    private static Execution Resolve(string? backend, int threads)
    {
        string? variable = backend is null ? Environment.GetEnvironmentVariable(Variable) : null;
        string? name = backend ?? (string.IsNullOrEmpty(variable) ? null : variable);
        if (name is null)
        {
            return threads == 1 ? Widest : new(Widest.Backend, threads);
        }

        if (!Backends.TryParse(name, out Backend parsed))
        {
            throw new NotSupportedException($"{(backend is null ? $"{Variable}={name}" : $"'{name}'")} names no backend; there are "
                + $"{string.Join(", ", Backends.All.Select(Backends.NameOf))}");
        }

        Backends.Require(parsed);
        return new(parsed, threads);
    }
}
