using System.Collections.Immutable;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary>Every reader: a new one is an entry in one of these lists, and is fuzzed from then on.</summary>
internal static class Readers
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Reader> All { get; } =
        [.. TensorReaders.All(), .. VectorReaders.All(), .. ConformanceReaders.All(), .. TrainingReaders.All()];

    /// <summary>The reader of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static Reader Named(string name) => All.FirstOrDefault(reader => reader.Name == name)
        ?? throw new UsageException($"there is no reader '{name}'; there are {string.Join(", ", All.Select(reader => reader.Name))}");
}
