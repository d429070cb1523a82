using Mxact.Shell;

namespace Mxact.Conformance.Adapters.Builtin;

/// <summary>A backend by the name a user types.</summary>
internal static class BackendName
{
    /// <summary>The backend.</summary>
    /// <exception cref="UsageException">There is none of that name, or not on this machine.</exception>
    public static Backend Parse(string name)
        => !Backends.TryParse(name, out Backend backend) ? throw new UsageException($"unknown backend '{name}'; it is one of {string.Join(", ", Backends.All.Select(Backends.NameOf))}")
            : !Backends.IsAvailable(backend) ? throw new UsageException($"backend {name} is not available on this machine")
            : backend;
}
