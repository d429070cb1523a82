using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Mxact.Common;

namespace Mxact.Kernels.Tests;

/// <summary>
/// ggml as the npm package @node-llama-cpp/linux-x64 ships it, fetched once into the user's cache. Where it cannot be had,
/// <see cref="Missing"/> says why, and the tests that need it skip with that reason.
/// </summary>
public sealed class GgmlPackage
{
    /// <summary>The version whose behaviour is pinned.</summary>
    public const string Version = "3.22.1";

    private const string Library = "libggml-base.so";

    private const string Package = $"@node-llama-cpp/linux-x64@{Version}";

    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(3);

    private readonly string folder = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } cache ? cache : Path.GetTempPath(),
        "mxact",
        "ggml-" + Version);

    /// <summary>Fetches the package unless it is there.</summary>
    public GgmlPackage()
    {
        try
        {
            Missing = Prepare();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Missing = exception.Message;
        }
    }

    /// <summary>The manifest beside the library.</summary>
    public string Manifest => Path.Combine(folder, "ggml.json");

    /// <summary>Why the library is not here, or null.</summary>
    public string? Missing { get; }

    /// <summary>Skips the test, and says what was not checked, when the library is not here.</summary>
    public void Need() => Assert.SkipWhen(Missing is not null, $"NOT CHECKED: ggml's MXFP4 and NVFP4 kernels: {Missing}");

    private string? Prepare()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return "the package is for Linux on x64";
        }

        string library = Path.Combine(folder, Library);
        if (!File.Exists(library) && Fetch() is { } problem)
        {
            return problem;
        }

        if (!NativeLibrary.TryLoad(library, out _))
        {
            return $"{library} cannot be loaded on this system";
        }

        // The manifest of the working tree, so that a change of it is what is tested.
        string fresh = Path.Combine(folder, Path.GetRandomFileName());
        File.Copy(Repository.At("tests", "Kernels", "ggml.json"), fresh);
        File.Move(fresh, Manifest, overwrite: true);
        return null;
    }

    /// <summary>Packs and unpacks in a folder of its own; the library appears in the cache whole or not at all.</summary>
    private string? Fetch()
    {
        string temporary = Directory.CreateTempSubdirectory("mxact-ggml-").FullName;
        try
        {
            if (Pack(temporary) is { } problem)
            {
                return problem;
            }

            using GZipStream plain = new(File.OpenRead(Directory.GetFiles(temporary, "*.tgz").Single()), CompressionMode.Decompress);
            using TarReader tar = new(plain);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.Name.EndsWith("/" + Library, StringComparison.Ordinal))
                {
                    string unpacked = Path.Combine(temporary, Library);
                    entry.ExtractToFile(unpacked, overwrite: false);
                    Directory.CreateDirectory(folder);
                    File.Copy(unpacked, Path.Combine(folder, Path.GetFileName(temporary)));
                    File.Move(Path.Combine(folder, Path.GetFileName(temporary)), Path.Combine(folder, Library), overwrite: true);
                    return null;
                }
            }

            return $"{Package} has no {Library}";
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static string? Pack(string target)
    {
        ProcessStartInfo start = new("npm", ["pack", Package, "--silent"])
        {
            WorkingDirectory = target,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        try
        {
            using Process npm = Process.Start(start)!;
            Task<string> said = npm.StandardOutput.ReadToEndAsync();
            Task<string> complained = npm.StandardError.ReadToEndAsync();
            if (!npm.WaitForExit(FetchLimit))
            {
                npm.Kill(entireProcessTree: true);
                return $"npm pack {Package} took more than {FetchLimit.TotalMinutes:0} minutes";
            }

            return npm.ExitCode == 0 ? null : $"npm pack {Package} failed: {$"{complained.Result} {said.Result}".Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "npm is not installed";
        }
    }
}
