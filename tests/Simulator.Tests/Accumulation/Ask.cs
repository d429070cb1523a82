using Mxact.Simulator.Accumulation;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>Short questions to models: names and bits in, bits out.</summary>
internal static class Ask
{
    public static uint Dot(string model, string a, uint[] aCodes, string b, uint[] bCodes, uint c = 0, string output = "fp32",
        byte[]? scalesA = null, byte[]? scalesB = null)
        => DotProduct.Compute(MatrixUnits.Parse(model), Format(a), aCodes, Format(b), bCodes, scalesA ?? [], scalesB ?? [], c,
            Format(output));

    /// <summary>Both vectors in one format, without scales.</summary>
    public static uint Dot(string model, string format, uint[] aCodes, uint[] bCodes, uint c = 0, string output = "fp32")
        => Dot(model, format, aCodes, format, bCodes, c, output);

    public static ElementFormat Format(string name)
        => ElementFormat.TryParse(name, out ElementFormat? format) ? format : throw new ArgumentException(name);

    /// <summary>The code in the first places, zeros in the others.</summary>
    public static uint[] Padded(int length, params uint[] codes) => [.. codes, .. new uint[length - codes.Length]];

    public static uint[] Repeat(int length, uint code) => [.. Enumerable.Repeat(code, length)];
}
