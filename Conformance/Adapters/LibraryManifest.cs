using System.Text.Json;
using System.Text.Json.Serialization;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Adapters;

/// <summary>Describes a shared library under test: its file, what it declares, and its functions.</summary>
/// <param name="Name">How reports name it.</param>
/// <param name="Library">The library's file, beside the manifest unless the path is absolute.</param>
/// <param name="Functions">Its functions.</param>
/// <param name="Declared">The choices it makes, as the protocol writes them: <c>["profile=ggml"]</c>.</param>
internal sealed record LibraryManifest(string Name, string Library, IReadOnlyList<LibraryFunction> Functions,
    IReadOnlyList<string> Declared)
{
    private const long MostLibraryBytes = 1 << 30;

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="UsageException">It cannot be used; the message names the file and what is wrong.</exception>
    public static LibraryManifest Read(string path)
    {
        LibraryManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(InputFile.ReadAllText(path), LibraryJson.Default.LibraryManifest);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split('\n')[0]}");
        }

        if (manifest?.Library is null or "" || manifest.Functions is null or { Count: 0 })
        {
            throw new UsageException($"{path}: 'library' and 'functions' are needed");
        }

        manifest = manifest with
        {
            Name = manifest.Name ?? Path.GetFileNameWithoutExtension(path),
            Declared = manifest.Declared ?? [],
            Library = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, manifest.Library)
        };
        CheckChoices(path, "declared", manifest.Declared);
        foreach (LibraryFunction? function in manifest.Functions)
        {
            if (function is null)
            {
                throw new UsageException($"{path}: a function is null");
            }

            function.Check(path);
            CheckChoices(path, $"{function.Symbol}: choices", [.. manifest.Declared, .. function.Choices ?? []]);
        }

        return manifest;
    }

    private static void CheckChoices(string path, string what, IReadOnlyList<string?> choices)
    {
        try
        {
            _ = choices.Contains(null) ? throw new UsageException($"{path}: {what}: a choice is null") : new Declaration(choices!);
        }
        catch (RequestException exception)
        {
            throw new UsageException($"{path}: {what}: {exception.Message}");
        }
    }

    /// <summary>
    /// Looks the library and its symbols up before a kernel process is started, without running its code: the dynamic loader
    /// would run initialisers, so the file's string table is searched instead. There a name that is the end of another is stored within
    /// it (quantize_x in dequantize_x), so that only its end is looked for.
    /// </summary>
    /// <exception cref="UsageException">The file or a symbol is missing.</exception>
    public void CheckLibrary()
    {
        byte[] image = InputFile.ReadAllBytes(Library, MostLibraryBytes);
        foreach (LibraryFunction function in Functions)
        {
            byte[] name = System.Text.Encoding.ASCII.GetBytes($"{function.Symbol}\0");
            if (image.AsSpan().IndexOf(name) < 0)
            {
                throw new UsageException($"{Library}: no symbol '{function.Symbol}'");
            }
        }
    }
}

/// <summary>One function of a library.</summary>
/// <param name="Symbol">Its exported name.</param>
/// <param name="Operation">encode, decode, quantize or dequantize.</param>
/// <param name="Format">The format it is for.</param>
/// <param name="Signature">Its C parameters: one of <see cref="LibraryCall.Signatures"/>.</param>
/// <param name="Layout">For functions that read or write blocks whole: gguf-mxfp4 or gguf-nvfp4.</param>
/// <param name="Choices">Choices of this function alone, beside the library's: <c>["overflow=non-finite"]</c>.</param>
internal sealed record LibraryFunction(string Symbol, string Operation, string Format, string Signature, string? Layout,
    IReadOnlyList<string>? Choices)
{
    public void Check(string path)
    {
        if (Symbol is null || Operation is null || Format is null || Signature is null)
        {
            throw new UsageException($"{path}: a function needs 'symbol', 'operation', 'format' and 'signature'");
        }

        if (!LibraryCall.Signatures.TryGetValue(Signature, out string? operation) || operation != Operation)
        {
            throw new UsageException($"{path}: {Symbol}: no signature '{Signature}' for {Operation}; there are "
                + $"{string.Join("; ", LibraryCall.Signatures.Select(s => $"'{s.Key}' ({s.Value})"))}");
        }

        if (Signature.Contains("block", StringComparison.Ordinal) && Layout is not ("gguf-mxfp4" or "gguf-nvfp4"))
        {
            throw new UsageException($"{path}: {Symbol}: 'layout' is gguf-mxfp4 or gguf-nvfp4");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(LibraryManifest))]
internal sealed partial class LibraryJson : JsonSerializerContext;
