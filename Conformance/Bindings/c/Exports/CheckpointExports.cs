using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mxact.Checkpoints;
using Mxact.Checkpoints.Which;
using Mxact.Native.Abi;
using Mxact.Shell;
using Mxact.Simulator.Packing;
using Mxact.Simulator.Reference;
using Mxact.Tensors.Conversion;
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

    [UnmanagedCallersOnly(EntryPoint = "mxact_which")]
    public static int Which(byte* original, byte* quantized, byte* layout, int* exitCode, byte** report) => Call.Of(() =>
    {
        _ = Given.NotNull(exitCode, "exit_code");
        using Checkpoint values = Checkpoint.Open(Given.Text(original, "original"));
        using Checkpoint codes = Checkpoint.Open(Given.Text(quantized, "quantized"));
        WhichRun run = new(values, codes, Execution.Default);
        TensorFinding[] findings = [.. TensorPair.Find(values, codes, codes.Tensors, Layout(layout), ScaleLayout.RowMajor)
            .Select(pair => run.Explain(pair, null, default))];
        NativeText.Give(report, JsonOutput.Text(json => WhichJson.Write(json, findings)));
        *exitCode = WhichJson.ExitCode(findings);
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_convert")]
    public static int Convert(Conversion* conversion) => Call.Of(() =>
    {
        Conversion given = Given.Structure(conversion, "conversion");
        string input = Given.Text(given.Input, "input"), output = Given.Text(given.Output, "output");
        Execution on = Given.On(null, given.Threads);
        NamedConversion named = new()
        {
            Format = Given.TextOrNull(given.Format),
            Choices = [.. Given.Words(given.Choices)],
            Target = Layout(given.ToLayout),
            Values = Given.TextOrNull(given.To),
            TensorScale = Given.TextOrNull(given.TensorScale),
            Axis = given.Axis is 0 or 1 ? (BlockAxis)given.Axis : throw new ArgumentException($"axis is 0 or 1, not {given.Axis}"),
            Seed = given.Seeded != 0 ? given.Seed : null,
            KeepNan = given.KeepNan != 0,
        };
        ConversionOutput.Check(input, output, named.Target);
        using Checkpoint from = Checkpoint.Open(input);
        ConversionRun run = new(from, output, named.Request(from.Tensors, Layout(given.Layout), ScaleLayout.RowMajor), on);
        ConversionPlan?[] plans = [.. Enumerable.Range(0, from.Files.Length).Select(file => run.IsDone(file) ? null : run.Plan(file))];
        if (from.IsFolder)
        {
            Directory.CreateDirectory(output);
        }

        for (int file = 0; file < plans.Length; file++)
        {
            if (plans[file] is { } plan)
            {
                run.Write(plan, file, null, default);
            }
        }

        if (from.IsFolder && run.HasIndex)
        {
            run.WriteIndex();
        }

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
        => new(from.Path, from.Tensors, Layout(layout));

    private static Layout? Layout(byte* name) => Given.TextOrNull(name) is { } given ? LayoutTable.Require(given) : null;
}
