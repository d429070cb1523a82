namespace Mxact.Vectors;

/// <summary>The formats of C and D as questions and options name them.</summary>
internal static class DotOutputs
{
    private static readonly (string Name, ElementFormat Format)[] All =
        [("f32", ElementFormats.Binary32), ("f16", ElementFormats.Binary16), ("bf16", ElementFormats.BFloat16)];

    /// <summary>The names, for a refusal: <c>f32, f16 or bf16</c>.</summary>
    public static string Names => "f32, f16 or bf16";

    /// <summary>The format of a name, or null.</summary>
    public static ElementFormat? Find(string name) => All.FirstOrDefault(output => output.Name == name).Format;

    /// <summary>The name of a format.</summary>
    public static string NameOf(ElementFormat format) => All.First(output => output.Format == format).Name;
}
