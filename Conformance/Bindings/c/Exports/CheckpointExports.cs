using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mxact.Native.Abi;
using Mxact.Simulator.Reference;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;
using Mxact.Tensors.Reports;

namespace Mxact.Native.Exports;

/// <summary>Checkpoints: what their quantised tensors are made of, and their values.</summary>
internal static unsafe class CheckpointExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_inspect")]
    public static int Inspect(byte* path, byte* layout, int* exitCode, byte** report) => Call.Of(() =>
    {
        _ = Given.NotNull(exitCode, "exit_code");
        using Checkpoint from = Checkpoint.Open(Given.Text(path, "path"));
        InspectionOutcome outcome = Inspector.Run(from, from.Tensors, Finder(from, layout), 0, null, default);
        NativeText.Give(report, InspectionJson.Text(outcome));
        *exitCode = outcome.ExitCode;
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_checkpoint_open")]
    public static int Open(byte* path, byte* layout, void** checkpoint, long* tensors) => Call.Of(() =>
    {
        _ = Given.NotNull(tensors, "tensors");
        if (checkpoint is null)
        {
            throw new ArgumentException("checkpoint is null");
        }

        Checkpoint from = Checkpoint.Open(Given.Text(path, "path"));
        try
        {
            Opened opened = new(from, Finder(from, layout));
            *tensors = opened.Count;
            *checkpoint = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(opened));
            return Status.Ok;
        }
        catch
        {
            from.Dispose();
            throw;
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_checkpoint_tensor")]
    public static int TensorAt(void* checkpoint, long index, Tensor* tensor) => Call.Of(() =>
    {
        Of(checkpoint).Describe(index, Given.Written(tensor, "tensor"));
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_checkpoint_values")]
    public static int Values(void* checkpoint, long index, float* values, long count) => Call.Of(() =>
    {
        Of(checkpoint).Read(index, Given.Out<uint>(values, Given.Count(count, "count"), "values"));
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_checkpoint_close")]
    public static void Close(void* checkpoint)
    {
        if (checkpoint is not null)
        {
            GCHandle handle = GCHandle.FromIntPtr((nint)checkpoint);
            ((Opened)handle.Target!).Dispose();
            handle.Free();
        }
    }

    private static Opened Of(void* checkpoint)
        => checkpoint is not null ? (Opened)GCHandle.FromIntPtr((nint)checkpoint).Target!
            : throw new ArgumentException("checkpoint is null");

    private static LayoutFinder Finder(Checkpoint from, byte* layout)
        => new(from.Path, from.Tensors, Given.TextOrNull(layout) is { } name ? LayoutTable.Require(name) : null);
}
