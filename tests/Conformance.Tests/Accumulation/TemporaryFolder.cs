namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mxact-test-").FullName;

    public string Write(string name, Action<Stream> content)
    {
        string path = System.IO.Path.Combine(Path, name);
        using FileStream file = File.Create(path);
        content(file);
        return path;
    }

    public string Write(string name, string content) => Write(name, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(content)));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
