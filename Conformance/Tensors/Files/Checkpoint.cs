using System.Collections.Immutable;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>A file of tensors, or a folder of them that are one model's: what is in it is known and checked.</summary>
internal sealed class Checkpoint : IDisposable
{
    private static readonly string[] Extensions = [".safetensors", ".gguf"];

    private Checkpoint(string path, ImmutableArray<TensorFile> files, bool isFolder)
    {
        Path = path;
        Files = files;
        IsFolder = isFolder;
        Tensors = [.. files.SelectMany((file, i) => isFolder ? file.Tensors.Select(t => t with { File = i }) : file.Tensors)];
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Its files; a folder's in the order of their names.</summary>
    public ImmutableArray<TensorFile> Files { get; }

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder { get; }

    /// <summary>Its tensors, file by file in the order of their bytes.</summary>
    public ImmutableArray<TensorInfo> Tensors { get; }

    /// <summary>What its <c>config.json</c> or <c>hf_quant_config.json</c> says of how it was quantised.</summary>
    public QuantizationConfig Config { get; private init; } = QuantizationConfig.None;

    /// <summary>Opens one.</summary>
    /// <param name="path">A file of tensors, or a folder of .safetensors or .gguf files.</param>
    /// <param name="raw">Whether the file is binary32 numbers and nothing else, whatever its extension.</param>
    /// <param name="nameless">What an array is of whose type NumPy could not name, or null.</param>
    /// <exception cref="UsageException">It is none of these, or breaks a rule.</exception>
    public static Checkpoint Open(string path, bool raw = false, TensorType? nameless = null)
    {
        if (!Directory.Exists(path))
        {
            string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
            TensorFile file = TensorFile.Open(path, raw, nameless);
            return new(path, [file], isFolder: false) { Config = QuantizationConfig.Of(folder, isOwn: false) };
        }

        List<TensorFile> files = [];
        try
        {
            string? index = Directory.EnumerateFiles(path, "*" + ShardIndex.Ending).Order(StringComparer.Ordinal).FirstOrDefault();
            ShardIndex? shards = index is null ? null : ShardIndex.Read(index);
            foreach (string file in shards is null ? TensorFilesOf(path) : (IEnumerable<string>)Present(path, index!, shards))
            {
                files.Add(TensorFile.Open(file));
            }

            Checkpoint whole = new(path, [.. files], isFolder: true) { Config = QuantizationConfig.Of(path, isOwn: true) };
            whole.Check(index, shards);
            return whole;
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>The file that holds a tensor.</summary>
    public TensorFile FileOf(TensorInfo tensor) => Files[tensor.File];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TensorFile file in Files)
        {
            file.Dispose();
        }
    }

    private static string[] TensorFilesOf(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Extensions.Contains(System.IO.Path.GetExtension(file)))
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new UsageException($"{folder}: a folder without .safetensors or .gguf files");
    }

    private static IEnumerable<string> Present(string folder, string index, ShardIndex shards)
    {
        string[] missing = [.. shards.Files.Where(file => !File.Exists(System.IO.Path.Combine(folder, file)))];
        return missing.Length == 0 ? shards.Files.Select(file => System.IO.Path.Combine(folder, file))
            : throw new UsageException($"{index}: '{TensorInfo.Shown(missing[0])}' is not in the folder"
                + (missing.Length > 1 ? $", nor are {missing.Length - 1} more" : "") + $": "
                + $"{shards.FileOf.Values.Count(missing.Contains)} tensors are lost, such as "
                + $"'{TensorInfo.Shown(shards.FileOf.First(pair => missing.Contains(pair.Value)).Key)}'");
    }

    /// <summary>No tensor is in two files, and where there is an index, each is where that says.</summary>
    private void Check(string? index, ShardIndex? shards)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in Tensors)
        {
            if (!seen.TryAdd(tensor.Name, tensor.File))
            {
                throw new UsageException($"{Path}: tensor '{tensor.ShownName}' is in {NameOf(seen[tensor.Name])} and in "
                    + $"{NameOf(tensor.File)}");
            }
        }

        foreach ((string name, string file) in shards?.FileOf ?? [])
        {
            if (!seen.TryGetValue(name, out int at) || NameOf(at) != file)
            {
                throw new UsageException($"{index}: tensor '{TensorInfo.Shown(name)}' should be in {TensorInfo.Shown(file)}, "
                    + (seen.ContainsKey(name) ? $"and is in {NameOf(at)}" : "and is in no file"));
            }
        }
    }

    private string NameOf(int file) => System.IO.Path.GetFileName(Files[file].Path);
}
