namespace Mxact.Shell;

/// <summary>
/// The files that a command writes beside what it prints, begun before its work: each can be written, none is an input or another of them,
/// and no other process writes them meanwhile. Those that are not completed leave nothing.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    private readonly AtomicFile?[] files;

    private OutputFiles(AtomicFile?[] files) => this.files = files;

    /// <summary>The file of a path, by its place; null where none was given.</summary>
    public AtomicFile? this[int index] => files[index];

    /// <summary>Begins them.</summary>
    /// <param name="inputs">What is read: none of them may be written.</param>
    /// <param name="paths">Where they go; null for none.</param>
    /// <exception cref="UsageException">One is an input, or another of them, or cannot be written.</exception>
    public static OutputFiles Begin(IEnumerable<string> inputs, params string?[] paths)
    {
        string[] read = [.. inputs];
        OutputFiles outputs = new(new AtomicFile?[paths.Length]);
        try
        {
            for (int i = 0; i < paths.Length; i++)
            {
                if (paths[i] is { } path)
                {
                    AtomicFile.RefuseInput(path, read);
                    outputs.files[i] = outputs.files[..i].FirstOrDefault(other => other?.IsFileOf(path) == true) is { } twice
                        ? throw new UsageException($"{path}: is the file of another output, {twice.Path}")
                        : AtomicFile.Create(path);
                }
            }

            return outputs;
        }
        catch
        {
            outputs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (AtomicFile? file in files)
        {
            file?.Dispose();
        }
    }
}
