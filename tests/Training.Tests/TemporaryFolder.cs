namespace Mxact.Training.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mxact-train-test-").FullName;

    public string In(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string Write(string name, string content)
    {
        File.WriteAllText(In(name), content);
        return In(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
