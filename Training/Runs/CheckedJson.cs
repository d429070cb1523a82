using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Training.Runs;

/// <summary>
/// A JSON file of the program's own: an object whose last member, <c>check</c>, is the first sixteen hexadecimal digits of SHA-256 over
/// the object without it. What is read must be what would be written, byte for byte.
/// </summary>
internal static class CheckedJson
{
    private const string Member = "check";
    private const int Shown = 8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>A value as the file holds it.</summary>
    public static byte[] Write<T>(T value)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(value, Json);
        string check = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, Shown));
        return [.. bytes[..^2], .. Encoding.ASCII.GetBytes($",\n  \"{Member}\": \"{check}\"\n}}")];
    }

    /// <summary>Reads a value.</summary>
    /// <param name="path">The file.</param>
    /// <param name="order">Brings what was read into the form that is written.</param>
    /// <param name="refuse">What is wrong with a value, or null.</param>
    /// <exception cref="UsageException">A member is missing or impossible, or the file is not as it was written.</exception>
    public static T Read<T>(string path, Func<T, T> order, Func<T, string?> refuse)
        where T : class
    {
        byte[] bytes = InputFile.ReadAllBytes(path);
        using JsonDocument document = JsonFile.Parse(path, bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{path}: line 1: is not an object");
        }

        foreach (string name in typeof(T).GetConstructors()[0].GetParameters().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!)))
        {
            if (!document.RootElement.TryGetProperty(name, out _))
            {
                throw new UsageException($"{path}: the member '{name}' is missing");
            }
        }

        if (!document.RootElement.TryGetProperty(Member, out _))
        {
            throw new UsageException($"{path}: the member '{Member}' is missing: an earlier build wrote this file, or it is damaged, and "
                + "nothing shows that it is whole");
        }

        T value;
        try
        {
            value = order(document.RootElement.Deserialize<T>(Json)!);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            string place = (exception as JsonException)?.Path is { Length: > 0 } at ? at : "$";
            throw new UsageException($"{path}: {place}: is missing a member, or is not of its kind");
        }

        return refuse(value) is { } reason ? throw new UsageException($"{path}: {reason}")
            : Write(value).AsSpan().SequenceEqual(bytes) ? value
            : throw new UsageException($"{path}: its '{Member}' is not that of what it says: it is damaged, or was edited");
    }
}
