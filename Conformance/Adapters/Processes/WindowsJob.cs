using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>
/// On Windows this program joins a job object that ends with its last handle, which this program alone holds: however it ends, the system
/// ends the kernels and their children, who are born into the same job.
/// </summary>
/// <remarks>Written from the documentation of job objects (Windows 8 and later, where jobs nest); nothing of it has run yet.</remarks>
internal static partial class WindowsJob
{
    /// <summary>JobObjectExtendedLimitInformation.</summary>
    private const int ExtendedLimits = 9;

    /// <summary>JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE.</summary>
    private const uint KillOnJobClose = 0x2000;

    /// <summary>The handle is never closed by this program: the system does it when the program has ended.</summary>
    private static readonly Lazy<bool> Joined = new(TryJoin);

    /// <summary>Joins, once. False where the system refuses: then nothing watches, as where there is no job.</summary>
    [SupportedOSPlatform("windows")]
    public static bool Join() => Joined.Value;

    private static bool TryJoin()
    {
        nint job = CreateJobObject(0, null);
        ExtendedLimitInformation limits = new() { LimitFlags = KillOnJobClose };
        return job != 0 && SetInformationJobObject(job, ExtendedLimits, ref limits, Marshal.SizeOf<ExtendedLimitInformation>())
            && AssignProcessToJobObject(job, GetCurrentProcess());
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateJobObject(nint attributes, string? name);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, ref ExtendedLimitInformation limits, int size);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentProcess();

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION: the basic limits, counts of input and output, and four sizes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ExtendedLimitInformation
    {
        public long PerProcessUserTimeLimit, PerJobUserTimeLimit;
        public uint LimitFlags;
        public nuint MinimumWorkingSetSize, MaximumWorkingSetSize;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass, SchedulingClass;
        public ulong ReadOperations, WriteOperations, OtherOperations, ReadBytes, WrittenBytes, OtherBytes;
        public nuint ProcessMemoryLimit, JobMemoryLimit, PeakProcessMemoryUsed, PeakJobMemoryUsed;
    }
}
