using System.Globalization;
using System.Text;
using System.Text.Json;
using Mxact.Shell;

namespace Mxact.Training.Runs;

/// <summary>A JSON file from outside, read whole or refused with one line that says where and what.</summary>
internal static class JsonFile
{
    /// <summary>How deep members may lie in each other.</summary>
    private const int MostDepth = 64;

    /// <summary>Parses a file's content. Every name and every string of what comes back can be read.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="isWritten">Written by somebody: comments and trailing commas are allowed.</param>
    /// <exception cref="UsageException">It is no JSON, no UTF-8, repeats a member, or nests too deep.</exception>
    public static JsonDocument Parse(string path, byte[] bytes, bool isWritten = false)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            int line = 1 + bytes.AsSpan(0, Math.Clamp(exception.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}: line {line}: is not UTF-8"));
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions
                {
                    CommentHandling = isWritten ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                    AllowTrailingCommas = isWritten,
                    AllowDuplicateProperties = false,
                    MaxDepth = MostDepth,
                });
            ReadTexts(document.RootElement);
            return document;
        }
        catch (JsonException exception)
        {
            document?.Dispose();
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: line {(exception.LineNumber ?? 0) + 1}: is not valid JSON, repeats a member, or nests deeper than {MostDepth}"));
        }
        catch (InvalidOperationException)
        {
            document?.Dispose();
            throw new UsageException($"{path}: a name or a string holds half of a surrogate pair, which is no character");
        }
    }

    /// <summary>Reads every name and string once: half of an escaped pair is found only then.</summary>
    private static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
            default:
                break;
        }
    }
}
