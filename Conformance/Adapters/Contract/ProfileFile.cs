using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Adapters;

/// <summary>
/// A profile of a user's own, in a file: <c>{"name": ..., "base": "ocp", "choices": {"id": "choice"}}</c>. On the wire stand its
/// choices; nobody but its owner knows its name.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Base">The shipped profile that makes every choice it does not name.</param>
/// <param name="Choices">Its own choices by latitude, in the order of <see cref="Latitude.All"/>.</param>
internal sealed record ProfileFile(string Name, string Base, ImmutableArray<KeyValuePair<string, string>> Choices)
{
    /// <summary>No profile comes near: a file that has more is something else.</summary>
    private const long MostBytes = 1 << 16;

    private const int MostNameLetters = 100;

    /// <summary>Whether what <c>--profile</c> names is a file: it has a slash or ends in .json, as no shipped name does.</summary>
    public static bool IsPath(string profile) => profile.Contains('/') || profile.Contains(Path.DirectorySeparatorChar)
        || profile.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UsageException">It cannot be used; the message names the file and what is wrong.</exception>
    public static ProfileFile Read(string path)
    {
        string text = InputFile.ReadAllText(path, MostBytes);
        ProfileJson? read;
        try
        {
            read = JsonSerializer.Deserialize(text, ProfileJsonContext.Default.ProfileJson);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split('\n')[0]}");
        }

        if (read?.Name is not { Length: > 0 and <= MostNameLetters } name || name.Any(char.IsControl) || read.Choices is null)
        {
            throw new UsageException($"{path}: 'name' (1 to {MostNameLetters} letters) and 'choices' are needed");
        }

        string origin = read.Base ?? Profile.Ocp.Name;
        if (Profile.Find(origin) is not { } shipped)
        {
            throw new UsageException($"{path}: base: unknown profile '{Question.Shown(origin)}'; it is one of "
                + $"{string.Join(", ", Profile.All)}");
        }

        foreach ((string id, string? choice) in read.Choices)
        {
            Latitude latitude = Latitude.Find(id) ?? throw new UsageException($"{path}: choices: unknown choice '{Question.Shown(id)}'");
            if (choice is null || latitude.With(shipped.Policy, choice) is null)
            {
                throw new UsageException($"{path}: choices: unknown {id} '{Question.Shown(choice ?? "null")}'; it is one of "
                    + $"{string.Join(", ", latitude.Choices)}");
            }
        }

        return new(name, origin, [.. Latitude.All.Where(l => read.Choices.ContainsKey(l.Id)).Select(l
            => KeyValuePair.Create(l.Id, read.Choices[l.Id]!))]);
    }

    /// <summary>The file of a policy: a base, and every choice that is not the base's.</summary>
    public static ProfileFile Of(string name, Profile origin, ConversionPolicy policy)
        => new(name, origin.Name, [.. Latitude.All.Where(l => l.Of(policy) != l.Of(origin.Policy)).Select(l
            => KeyValuePair.Create(l.Id, l.Of(policy)))]);

    /// <summary>Its choices as the protocol writes them, the base first unless it is <c>ocp</c>, which needs no word.</summary>
    public IEnumerable<string> Words
        => [.. Base == Profile.Ocp.Name ? Array.Empty<string>() : [$"profile={Base}"], .. Choices.Select(c => $"{c.Key}={c.Value}")];

    /// <summary>The file's bytes.</summary>
    public byte[] ToJsonUtf8() => Encoding.UTF8.GetBytes(ToJson());

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(new ProfileJson(Name, Base, Choices.ToDictionary(c => c.Key, c => (string?)c.Value)),
        ProfileJsonContext.Plain.ProfileJson) + "\n";
}

/// <summary>The members of the file, as it has them.</summary>
internal sealed record ProfileJson(string? Name, string? Base, IReadOnlyDictionary<string, string?>? Choices);

/// <summary>Strict both ways: no member twice, none that is unknown, nothing deeper than the file is.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, MaxDepth = 2,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ProfileJson))]
internal sealed partial class ProfileJsonContext : JsonSerializerContext
{
    /// <summary>For writing: a name's letters as they are, since a file is read by people, not by a browser.</summary>
    public static ProfileJsonContext Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
