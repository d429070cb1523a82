using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Conversion;

/// <summary>
/// Converts a checkpoint file by file. Each new file appears whole under its name or not at all, and one that is there already from the
/// same source and request is left: what was stopped goes on where it was.
/// </summary>
internal sealed class ConversionRun
{
    /// <summary>What begins the keys that a conversion adds to <c>__metadata__</c>.</summary>
    private const string KeyPrefix = "mxact.";

    /// <summary>Records where codes and scales have been: <c>gpt-oss > mxact</c>.</summary>
    private const string RelaidKey = KeyPrefix + "relaid";

    /// <summary>Records what a file of a folder was made from, so that it need not be made again.</summary>
    private const string SourceKey = KeyPrefix + "source";

    private readonly Checkpoint from;
    private readonly string to;
    private readonly ConversionRequest request;
    private readonly Execution on;
    private readonly ImmutableArray<StoredTensor> found;
    private readonly HashSet<string> parts;

    /// <summary>Decides what becomes of every tensor; nothing is written yet.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="to">The new file, or a folder where the checkpoint is one.</param>
    /// <param name="request">What is to be done.</param>
    /// <param name="on">What converts, and on how many threads. No result depends on it.</param>
    /// <exception cref="UsageException">It cannot be done; the message says where and why.</exception>
    public ConversionRun(Checkpoint from, string to, ConversionRequest request, Execution on)
    {
        this.from = from;
        this.to = to;
        this.request = request;
        this.on = on;
        LayoutFinder finder = new(from.Path, from.Tensors, request.Source, request.ScaleOrder);
        found = request.Candidate is null ? finder.All(request.Selected) : [];
        parts = [.. found.SelectMany(f => f.Parts).Select(part => part.Name)];
        if (request.Candidate is null && found.IsEmpty && !request.Selected.Any(t => t.IsNameless))
        {
            throw new UsageException($"{from.Path}: " + (finder.Nearest(request.Selected) is { } near
                ? $"no quantised tensor is recognised: {near}"
                : "holds no quantised tensors to read; --format says what to write"));
        }
    }

    /// <summary>The files, by number: those of a folder are converted one by one.</summary>
    public int Files => from.Files.Length;

    /// <summary>Plans one file.</summary>
    /// <exception cref="UsageException">A tensor cannot be converted so.</exception>
    public ConversionPlan Plan(int file)
    {
        string path = from.Files[file].Path;
        TensorInfo[] tensors = [.. from.Tensors.Where(t => t.File == file)];
        ImmutableArray<StoredTensor> own = [.. found.Where(f => f.Codes.File == file)];
        if (request.Candidate is { } candidate)
        {
            return from.IsFolder && !request.Selected.Any(t => t.File == file && t.Type.IsWide)
                ? new([], [], [], [], [.. tensors], [.. tensors])
                : ConversionPlan.ToMx(path, tensors, [.. request.Selected.Where(t => t.File == file)], candidate, request.Axis,
                    request.Target!);
        }

        return request.Target is { } layout
            ? ConversionPlan.ToLayout(path, tensors, own, layout, parts, TensorScales)
            : ConversionPlan.FromMx(path, tensors, own, [.. request.Selected.Where(t => t.IsNameless)], request.Values, parts);
    }

    /// <summary>Where a file goes.</summary>
    public string Target(int file) => !from.IsFolder ? to : Path.Combine(to, Path.ChangeExtension(Path.GetFileName(from.Files[file].Path),
        request.Target?.IsGguf == true ? ".gguf" : ".safetensors"));

    /// <summary>Whether a file is there already, made from the same source by the same request.</summary>
    public bool IsDone(int file)
    {
        if (!from.IsFolder || !File.Exists(Target(file)))
        {
            return false;
        }

        try
        {
            using TensorFile there = TensorFile.Open(Target(file));
            return (there.Gguf is { } header ? GgufMetadata.Strings(header) : there.Metadata).GetValueOrDefault(SourceKey)
                == SourceOf(file);
        }
        catch (UsageException)
        {
            return false;
        }
    }

    /// <summary>Converts one file.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="file">Its number.</param>
    /// <param name="progress">Told how many bytes are done.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>, and nothing is written.</param>
    /// <returns>Bytes of the new file's tensors.</returns>
    public long Write(ConversionPlan plan, int file, Action<long>? progress, CancellationToken stop)
    {
        using TensorWriter writer = Begin(plan, file);
        Converter converter = new(from, writer, on, progress, stop);
        foreach (TensorInfo tensor in plan.Copied)
        {
            converter.Copy(tensor);
        }

        foreach ((TensorInfo tensor, StoredTensor layout) in plan.Quantized)
        {
            float scale = layout.TensorScale is null ? 1
                : request.TensorScale.Choose([request.TensorScale.Percent < 100
                    ? LargestMagnitude.AtPercentile(from, tensor, request.TensorScale.Percent, on.Threads, stop)
                    : LargestMagnitude.Of(from, tensor, on.Threads, stop)], layout.Format);
            converter.Quantize(tensor, layout, request.Candidate!.Policy, request.Seed, scale);
        }

        foreach (StoredTensor tensor in plan.Dequantized)
        {
            converter.Dequantize(tensor, request.Values, request.KeepNan);
        }

        foreach ((StoredTensor source, StoredTensor target) in plan.Relaid)
        {
            converter.Relay(source, target, request.KeepNan);
        }

        foreach (TensorInfo tensor in plan.Decoded)
        {
            converter.Decode(tensor, TensorTypes.ElementOf(tensor.Type), request.Values);
        }

        writer.Finish();
        return writer.Tensors.Sum(t => t.Bytes);
    }

    /// <summary>Whether the new files have an index: GGUF knows none.</summary>
    public bool HasIndex => request.Target?.IsGguf != true;

    /// <summary>Writes the index of a folder, once all its files are there.</summary>
    /// <returns>Whether they were.</returns>
    public bool WriteIndex()
    {
        if (Enumerable.Range(0, Files).Any(file => !IsDone(file)))
        {
            return false;
        }

        List<(TensorInfo, string)> all = [];
        for (int file = 0; file < Files; file++)
        {
            using TensorFile made = TensorFile.Open(Target(file));
            all.AddRange(made.Tensors.Select(t => (t, Path.GetFileName(Target(file)))));
        }

        AtomicFile.Write(Path.Combine(to, ShardIndex.FileName), ShardIndex.Write(all));
        return true;
    }

    private TensorWriter Begin(ConversionPlan plan, int file)
    {
        TensorFile source = from.Files[file];
        string path = Target(file);
        if (request.Target?.IsGguf == true)
        {
            (byte[] keyValues, long count, int alignment) = GgufMetadata.Of(source, Metadata(source, file));
            return TensorWriter.Gguf(path, plan.Written, keyValues, count, alignment);
        }

        return TensorWriter.Safetensors(path, plan.Written, Metadata(source, file));
    }

    private ImmutableSortedDictionary<string, string> Metadata(TensorFile source, int file)
    {
        ImmutableSortedDictionary<string, string> metadata = source.Metadata
            .RemoveRange(source.Metadata.Keys.Where(key => key == SourceKey
                || (request.Target is null && key.StartsWith(KeyPrefix, StringComparison.Ordinal))));
        if (source.Gguf is not null)
        {
            metadata = metadata.SetItems(GgufMetadata.Strings(source.Gguf));
        }

        metadata = request.Candidate is not null ? metadata.SetItems(request.Record)
            : request.Target is { } target ? Relaid(metadata, target.Name) : metadata;
        return from.IsFolder ? metadata.SetItem(SourceKey, SourceOf(file)) : metadata;
    }

    /// <summary>Records the way that codes and scales took; back at its beginning there is nothing to record.</summary>
    private ImmutableSortedDictionary<string, string> Relaid(ImmutableSortedDictionary<string, string> metadata, string target)
    {
        const string arrow = " > ";
        string way = metadata.GetValueOrDefault(RelaidKey) ?? string.Join('+', found.Select(f => f.Layout.Name).Distinct());
        return way.Split(arrow)[0] == target ? metadata.Remove(RelaidKey) : metadata.SetItem(RelaidKey, $"{way}{arrow}{target}");
    }

    private string SourceOf(int file)
    {
        FileInfo info = new(from.Files[file].Path);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Name} {info.Length} {info.LastWriteTimeUtc.Ticks:x} {request.Made} "
            + $"{string.Join(' ', request.Record.Select(pair => $"{pair.Key}={pair.Value}"))}");
    }

    /// <summary>The tensor scales of a tensor as the layout to write has them; null where neither has any.</summary>
    private float[]? TensorScales(StoredTensor tensor)
    {
        TensorScaleValues? stored = TensorScaleValues.Read(from, tensor);
        if (request.Target!.TensorScale is { } form)
        {
            return stored is null ? [1] : stored.As(form.IsDivisor) ?? throw new UsageException($"{from.Path}: tensor "
                + $"'{TensorInfo.Shown(tensor.Name)}': the tensor scale {stored.Stored[0]} has no reciprocal in binary32, so that "
                + $"{request.Target}, where it {(form.IsDivisor ? "divides" : "multiplies")}, cannot hold the same values; --format "
                + "nvfp4 quantises anew");
        }

        return stored is null || stored.Stored.IndexOfAnyExcept(1f) < 0 ? null
            : throw new UsageException($"{from.Path}: tensor '{TensorInfo.Shown(tensor.Name)}' has the tensor scale {stored.Stored[0]}, "
                + $"which {request.Target} has no place for");
    }
}
