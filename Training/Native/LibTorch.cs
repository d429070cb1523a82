using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace Mxact.Training.Native;

/// <summary>
/// Loads libtorch from beside the program or from its package, and TorchSharp's library on distributions whose libstdc++ is older than the
/// one it was built with.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so asks for GLIBCXX_3.4.32 (GCC 13) for the sake of one symbol, std::ios_base_library_init, to which nothing in it
/// refers; Debian 12 and Ubuntu 22.04 stop at 3.4.30. There a private copy is loaded whose need of that version is marked weak.
/// </remarks>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public static class LibTorch
{
    private const string Bridge = "LibTorchSharp";
    private const string FolderOption = "Mxact.Training.LibTorch";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private static readonly Lock Gate = new();
    private static nint bridge;

    /// <summary>Call once before anything of TorchSharp is touched; later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">libtorch is neither beside the program nor where its configuration says.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (bridge != 0)
            {
                return;
            }

            // By full path and before anything asks by name: the system may have another libtorch.
            string folder = Folder();
            foreach (string name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so", .. CudaLibraries(folder)])
            {
                NativeLibrary.Load(Path.Combine(folder, name));
            }

            bridge = LoadBridge();
            AssemblyLoadContext.GetLoadContext(typeof(TorchSharp.torch).Assembly)!.ResolvingUnmanagedDll += Resolve;
        }
    }

    private static nint Resolve(Assembly assembly, string name) => name.Contains(Bridge, StringComparison.Ordinal) ? bridge : 0;

    private static IEnumerable<string> CudaLibraries(string folder)
        => ((string[])["libc10_cuda.so", "libtorch_cuda.so"]).Where(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>
    /// Beside the program, flat or by platform as NuGet lays it, or where the program's runtimeconfig.json says: of this assembly's builder
    /// nothing is known here.
    /// </summary>
    private static string Folder()
    {
        string[] folders =
        [
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
            .. AppContext.GetData(FolderOption) is string { Length: > 0 } named ? [named] : Array.Empty<string>(),
        ];
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "libtorch.so")))
            ?? throw new DllNotFoundException($"libtorch.so is in none of {string.Join(", ", folders)}");
    }

    private static nint LoadBridge()
    {
        string[] places =
        [
            Path.Combine(AppContext.BaseDirectory, $"lib{Bridge}.so"),
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", $"lib{Bridge}.so"),
        ];
        string path = places.FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"lib{Bridge}.so is in none of {string.Join(", ", places.Select(Path.GetDirectoryName))}");
        return NativeLibrary.TryLoad(path, out nint handle) ? handle : NativeLibrary.Load(WeakenedCopy(path));
    }

    /// <summary>The copy's name is its content's, so that every version has its own; it appears whole or not at all.</summary>
    private static string WeakenedCopy(string path)
    {
        byte[] library = File.ReadAllBytes(path);
        if (ElfVersionNeeds.MakeWeak(library, MissingVersion) == 0)
        {
            throw new DllNotFoundException($"{path} cannot be loaded, and {MissingVersion} is not the reason");
        }

        // In the user's own folder: in a shared one somebody else could put a library there first.
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        string folder = data.Length > 0 ? Path.Combine(data, "mxact") : Directory.CreateTempSubdirectory("mxact-").FullName;
        Directory.CreateDirectory(folder);
        string copy = Path.Combine(folder, $"lib{Bridge}-{Convert.ToHexStringLower(SHA256.HashData(library))[..16]}.so");
        if (!File.Exists(copy) || new FileInfo(copy).Length != library.Length)
        {
            string temporary = $"{copy}.{Environment.ProcessId}.partial";
            File.WriteAllBytes(temporary, library);
            File.Move(temporary, copy, overwrite: true);
        }

        return copy;
    }
}
