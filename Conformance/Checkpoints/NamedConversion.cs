using System.Collections.Immutable;
using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;
using Mxact.Vectors;

namespace Mxact.Checkpoints;

/// <summary>
/// A conversion of a checkpoint as its user says it, in names: quantised to a format, given another layout, or, of neither, given back as
/// values.
/// </summary>
internal sealed record NamedConversion
{
    /// <summary>The block format to quantise to, or null.</summary>
    public string? Format { get; init; }

    /// <summary>Choices of a quantisation as the protocol writes them.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>The profile that is recorded as having made the other choices.</summary>
    public string Profile { get; init; } = Mxact.Profile.Ocp.Name;

    /// <summary>The layout to write, or null.</summary>
    public Layout? Target { get; init; }

    /// <summary>The type of values: f32 (null) or bf16.</summary>
    public string? Values { get; init; }

    /// <summary>How NVFP4's tensor scale is chosen: fit (null), power-of-two, one, percentile:P, or a number.</summary>
    public string? TensorScale { get; init; }

    /// <summary>Along which axis blocks run that are made.</summary>
    public BlockAxis Axis { get; init; }

    /// <summary>Of a stochastic rounding's bits; null where none is given.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether scales that are NaN are passed on.</summary>
    public bool KeepNan { get; init; }

    /// <summary>What is to be done with these tensors.</summary>
    /// <param name="selected">The tensors that are meant.</param>
    /// <param name="source">The layout that the user says they have, or null.</param>
    /// <param name="order">The order in which the user says their scales lie.</param>
    /// <exception cref="UsageException">The names contradict each other, or one is unknown.</exception>
    public ConversionRequest Request(ImmutableArray<TensorInfo> selected, Layout? source, ScaleLayout order)
    {
        ConversionRequest request = new(selected, source, order)
        {
            Target = Target,
            KeepNan = KeepNan,
            TensorScale = TensorScaleRule.Find(TensorScale ?? TensorScaleRule.Fit.Name) ?? throw new UsageException(
                "--tensor-scale is fit, power-of-two, one, percentile:P (P above 0, at most 100) or a positive number, "
                + $"not '{Printable.Short(TensorScale!, 40)}'"),
        };
        return (Format, Values) switch
        {
            (not null, not null) => throw new UsageException("--format writes codes and scales and --to reads them: give one"),
            (not null, _) => Quantizing(request, Candidate(Format)),
            _ => Choices.IsEmpty ? request with { Values = TypeOfValues() }
                : throw new UsageException("choices of a conversion need --format: the way back has none"),
        };
    }

    /// <summary>The seed of random bits; 0 where nothing draws any.</summary>
    /// <exception cref="UsageException">A candidate rounds stochastically and no seed is given.</exception>
    public static ulong SeedFor(ulong? given, IEnumerable<Candidate> candidates)
        => given ?? (candidates.FirstOrDefault(c => c.Policy.Rounding.IsStochastic) is { } stochastic
            ? throw new UsageException($"{stochastic.Policy.Rounding} needs --seed: its random bits follow from it, and nothing else "
                + $"says which they are")
            : 0UL);

    private Candidate Candidate(string name)
    {
        BlockFormat format = BlockFormats.Require(name);
        ConversionPolicy policy = Question.Of(Operation.Quantize, [name], Choices).Policy;
        return BlockConverter.Unsupported(format, policy) is string reason ? throw new UsageException(reason) : new(format, policy);
    }

    private ConversionRequest Quantizing(ConversionRequest request, Candidate candidate)
    {
        bool isNvfp4 = candidate.Format.Scale.Element is not null;
        Layout layout = Target ?? (isNvfp4 ? LayoutTable.ModelOptNvfp4 : LayoutTable.Mxact);
        if (layout.Tile > 0)
        {
            throw new UsageException($"{layout} has a scale for a tile of elements: it is read and re-laid, nothing is quantised to it");
        }

        TensorScaleRule tensorScale = layout.TensorScale is null && request.TensorScale == TensorScaleRule.Fit ? TensorScaleRule.One
            : layout.TensorScale?.IsDivisor == true && request.TensorScale == TensorScaleRule.Fit ? TensorScaleRule.PowerOfTwo
            : request.TensorScale;
        if (layout.TensorScale is null && tensorScale != TensorScaleRule.One)
        {
            throw new UsageException($"{layout} has no place for a tensor scale: --tensor-scale one");
        }

        ulong seed = SeedFor(Seed, [candidate]);
        ImmutableSortedDictionary<string, string> record = ImmutableSortedDictionary<string, string>.Empty
            .Add("mxact.format", candidate.Format.Name)
            .Add("mxact.axis", BlockAxes.NameOf(Axis))
            .Add("mxact.profile", Profile)
            .Add("mxact.choices", string.Join(' ', Latitude.All.Select(l => $"{l.Id}={l.Of(candidate.Policy)}")));
        record = isNvfp4 ? record.Add("mxact.tensor-scale", tensorScale.Name) : record;
        record = candidate.Policy.Rounding.IsStochastic
            ? record.Add("mxact.seed", seed.ToString("x", CultureInfo.InvariantCulture)) : record;
        return request with
        {
            Candidate = candidate,
            Target = layout,
            Axis = Axis,
            Seed = seed,
            TensorScale = tensorScale,
            Record = record,
        };
    }

    private TensorType TypeOfValues() => (Values, Target) switch
    {
        (not null, not null) => throw new UsageException("--to gives values and --to-layout codes and scales: give one"),
        (null or "f32", _) => TensorType.F32,
        ("bf16", _) => TensorType.BF16,
        _ => throw new UsageException($"--to is f32 or bf16, not '{Printable.Short(Values, 40)}'"),
    };
}
