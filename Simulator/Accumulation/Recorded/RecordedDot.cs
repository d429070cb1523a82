using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation.Recorded;

/// <summary>One dot product with the answer somebody recorded, as a row of a file gives it.</summary>
internal sealed record RecordedDot
{
    /// <summary>The row's own id.</summary>
    public required string Id { get; init; }

    /// <summary>The machine, from the column <c>gpu</c>; empty where the file has none.</summary>
    public string Gpu { get; init; } = "";

    /// <summary>The instruction, from the column <c>path</c>; empty where the file has none.</summary>
    public string Path { get; init; } = "";

    /// <summary>The kind of data, from the column <c>kind</c>; empty where the file has none.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Format of A.</summary>
    public required ElementFormat A { get; init; }

    /// <summary>Codes of A.</summary>
    public required IReadOnlyList<uint> ACodes { get; init; }

    /// <summary>Format of B.</summary>
    public required ElementFormat B { get; init; }

    /// <summary>Codes of B.</summary>
    public required IReadOnlyList<uint> BCodes { get; init; }

    /// <summary>The scales' format and block; null when there are none.</summary>
    public BlockScale? Scale { get; init; }

    /// <summary>Scales of A.</summary>
    public IReadOnlyList<byte> ScalesA { get; init; } = [];

    /// <summary>Scales of B.</summary>
    public IReadOnlyList<byte> ScalesB { get; init; } = [];

    /// <summary>Format of c and d.</summary>
    public required ElementFormat Output { get; init; }

    /// <summary>Bits of c.</summary>
    public required uint C { get; init; }

    /// <summary>Bits of the recorded answer.</summary>
    public required uint D { get; init; }

    /// <summary>The model's answer to the same question.</summary>
    /// <exception cref="ArgumentException">The model does not take these operands.</exception>
    public uint Compute(MatrixUnit model)
        => DotProduct.Compute(model, A, [.. ACodes], B, [.. BCodes], [.. ScalesA], [.. ScalesB], C, Output);
}
