using System.Text;
using System.Text.Json;

namespace Mxact.Shell;

/// <summary>Files for other programs: one object of JSON, indented, made whole before any of it is written.</summary>
internal static class JsonOutput
{
    /// <summary>Writes a file.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="members">Writes the object's members.</param>
    public static void Write(AtomicFile file, Action<Utf8JsonWriter> members) => file.Complete(Bytes(members));

    /// <summary>The same as a text.</summary>
    public static string Text(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(Bytes(members));

    /// <summary>A member that is a list of texts.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>A member that is a list of objects.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> Bytes(Action<Utf8JsonWriter> members)
    {
        using MemoryStream content = new();
        using (Utf8JsonWriter json = new(content, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return content.GetBuffer().AsSpan(0, (int)content.Length);
    }
}
