namespace Mxact;

/// <summary>Which mutant of this build is alive, if any, and which sites were reached.</summary>
internal static class Mutation
{
    private static readonly int Alive = int.TryParse(System.Environment.GetEnvironmentVariable("MXACT_MUTANT"), out int id) ? id : -1;

    private static readonly System.IO.MemoryMappedFiles.MemoryMappedViewAccessor? Reached = Open();

    private static readonly bool[] Told = new bool[Reached?.Capacity ?? 0];

    /// <summary>Whether the mutant with this number is alive. Read once a process: compiled code keeps nothing of it.</summary>
    public static bool Is(int id)
    {
        if (Reached is not null && !Told[id])
        {
            Told[id] = true;
            Reached.Write(id, (byte)1);
        }

        return id == Alive;
    }

    /// <summary>The map of sites that a coverage run names: written through at once, so a killed process loses nothing.</summary>
    private static System.IO.MemoryMappedFiles.MemoryMappedViewAccessor? Open()
    {
        string? path = System.Environment.GetEnvironmentVariable("MXACT_MUTANT_REACHED");
        return string.IsNullOrEmpty(path) || !System.IO.File.Exists(path)
            ? null
            : System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(
                new System.IO.FileStream(path, System.IO.FileMode.Open, System.IO.FileAccess.ReadWrite,
                    System.IO.FileShare.ReadWrite | System.IO.FileShare.Delete),
                null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.ReadWrite,
                System.IO.HandleInheritability.None, leaveOpen: false).CreateViewAccessor();
    }
}
