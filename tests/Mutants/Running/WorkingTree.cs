using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>The working tree that this program was built in.</summary>
internal static class WorkingTree
{
    /// <summary>Its top folder.</summary>
    /// <exception cref="MutationException">The program lies in none.</exception>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mxact.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new MutationException("Mxact.slnx is in no folder above this program");
    }
}
