namespace Mxact.Tests.Oracle;

/// <summary>The outcome of an encoding: a code, or a marker where no single code is the right one.</summary>
/// <param name="Code">The code, when the marker is empty.</param>
/// <param name="Marker">Empty, <c>NaN</c> (any NaN code is right) or <c>unrepresentable</c> (a NaN in a format without one).</param>
public readonly record struct OracleCode(uint Code, string Marker = "")
{
    /// <summary>Any NaN code of the format is right.</summary>
    public static OracleCode AnyNaN { get; } = new(0, "NaN");

    /// <summary>The value has no code: MX 5.3.2 and 5.3.3 leave it to the implementation.</summary>
    public static OracleCode Unrepresentable { get; } = new(0, "unrepresentable");

    /// <summary>Whether one code, and only one, is right.</summary>
    public bool IsCode => Marker.Length == 0;

    /// <summary>Whether the given code of the format agrees with this outcome; anything agrees with unrepresentable.</summary>
    public bool Accepts(OracleFormat format, uint code) =>
        Marker switch
        {
            "" => code == Code,
            "NaN" => OracleElement.Decode(format, code).IsNaN,
            _ => true,
        };

    /// <inheritdoc/>
    public override string ToString() => IsCode ? $"{Code:x2}" : Marker;
}
