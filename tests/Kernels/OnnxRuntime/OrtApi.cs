using System.Runtime.InteropServices;

namespace Mxact.Kernels.OnnxRuntime;

/// <summary>
/// The entries that are used of ONNX Runtime's table of C functions (onnxruntime_c_api.h; the table only ever grows at its
/// end). The managed API would do but for one thing: it refuses models whose inputs or outputs are eight-bit floats, and a cast
/// back to binary32 inside the model would hide which NaN code was written.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct OrtApi
{
    [FieldOffset(2 * 8)]
    public delegate* unmanaged<nint, byte*> GetErrorMessage;

    [FieldOffset(3 * 8)]
    public delegate* unmanaged<int, byte*, nint*, nint> CreateEnv;

    [FieldOffset(8 * 8)]
    public delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint> CreateSessionFromArray;

    [FieldOffset(9 * 8)]
    public delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run;

    [FieldOffset(10 * 8)]
    public delegate* unmanaged<nint*, nint> CreateSessionOptions;

    [FieldOffset(23 * 8)]
    public delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel;

    [FieldOffset(24 * 8)]
    public delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads;

    [FieldOffset(49 * 8)]
    public delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue;

    [FieldOffset(69 * 8)]
    public delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo;

    [FieldOffset(93 * 8)]
    public delegate* unmanaged<nint, void> ReleaseStatus;

    [FieldOffset(96 * 8)]
    public delegate* unmanaged<nint, void> ReleaseValue;

    /// <summary>The first version whose casts know eight-bit floats.</summary>
    private const uint Version = 16;

    /// <summary>The table.</summary>
    public static OrtApi* Table { get; } = Load();

    /// <summary>Throws what a call complains about.</summary>
    /// <exception cref="InvalidOperationException">The call failed.</exception>
    public static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8((nint)Table->GetErrorMessage(status)) ?? "";
        Table->ReleaseStatus(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }

    private static OrtApi* Load()
    {
        nint library = NativeLibrary.Load("onnxruntime", typeof(OrtApi).Assembly, null);
        nint* entry = ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        return ((delegate* unmanaged<uint, OrtApi*>)entry[0])(Version);
    }
}
