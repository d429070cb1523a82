using System.Runtime.InteropServices;

namespace Mxact.Training.Native;

/// <summary>
/// glibc's heap, told to keep what a step frees for the next one. By itself it gives tensors of more than 128 KiB back to the system,
/// and each step takes their pages anew: a quarter of a step of sixteen seeds.
/// </summary>
internal static class Heap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>The most that glibc takes for <see cref="MapThreshold"/>: half of a heap.</summary>
    private const int LargestMapThreshold = 32 << 20;

    /// <summary>For a program that trains; a process has one heap. Does nothing where the C library is another.</summary>
    public static void KeepFreedMemory()
    {
        try
        {
            _ = SetOption(MapThreshold, LargestMapThreshold);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Steps take their pages anew.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int parameter, int value);
}
