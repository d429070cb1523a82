namespace Mxact.Common;

/// <summary>Where the working tree is, found from the running test's own folder.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mxact.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Mxact.slnx is in no folder above the tests");
    }
}
