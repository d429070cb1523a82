using System.Globalization;
using Mxact.Shell;
using Mxact.Simulator.Accumulation.Recorded;
using Mxact.Vectors;

namespace Mxact.Conformance.Recordings;

/// <summary>A row whose recorded answer is not the model's.</summary>
internal sealed record RecordedMismatch(long Line, RecordedDot Dot, MatrixUnit Model, uint Expected)
{
    /// <summary>The row as a question.</summary>
    public DotQuestion Question { get; } = new()
    {
        Kind = Dot.Kind,
        Shape = new(Dot.A, Dot.B, Dot.Scale, Dot.Output),
        A = [.. Dot.ACodes],
        B = [.. Dot.BCodes],
        ScalesA = [.. Dot.ScalesA],
        ScalesB = [.. Dot.ScalesB],
        C = Dot.C,
    };

    /// <summary>The neighbours of the model that give the recorded answer.</summary>
    public IEnumerable<Variant> Agreeing() => Variant.Of(Model, Question.Shape).Where(variant => variant.Answer(Question) == Dot.D);
}

/// <summary>Holds a model to a file of recorded dot products.</summary>
internal sealed class RecordingCheck(string path)
{
    /// <summary>Rows computed together: enough for every core, few enough to hold.</summary>
    private const int BatchRows = 2048;

    /// <summary>Mismatches kept to be explained.</summary>
    public const int MostKept = 200;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Rows read.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that differ.</summary>
    public long Mismatches { get; private set; }

    /// <summary>The first that differ.</summary>
    public List<RecordedMismatch> First { get; } = [];

    /// <summary>The models the rows were held to.</summary>
    public SortedSet<string> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and judges the whole file.</summary>
    /// <param name="rows">The file's rows.</param>
    /// <param name="named">The model to hold every row to; null for the one that the columns and the file's name say.</param>
    /// <param name="progress">Told the rows done.</param>
    /// <exception cref="UsageException">There is no row, or one cannot be read or asked; the message names file and line.</exception>
    public void Run(PeekedRows rows, MatrixUnit? named, Action<long>? progress = null)
    {
        foreach ((long Line, IReadOnlyDictionary<string, string> Cells)[] batch in rows.Chunk(BatchRows))
        {
            (RecordedDot Dot, MatrixUnit Model, uint Answer)[] answers = new (RecordedDot, MatrixUnit, uint)[batch.Length];
            UsageException?[] errors = new UsageException?[batch.Length];
            Parallel.For(0, batch.Length, i =>
            {
                try
                {
                    answers[i] = Answer(batch[i].Line, batch[i].Cells, named);
                }
                catch (UsageException exception)
                {
                    errors[i] = exception;
                }
            });
            if (errors.FirstOrDefault(e => e is not null) is { } error)
            {
                throw error;
            }

            for (int i = 0; i < batch.Length; i++)
            {
                Rows++;
                Models.Add(answers[i].Model.Name);
                if (answers[i].Answer != answers[i].Dot.D)
                {
                    Mismatches++;
                    if (First.Count < MostKept)
                    {
                        First.Add(new(batch[i].Line, answers[i].Dot, answers[i].Model, answers[i].Answer));
                    }
                }
            }

            progress?.Invoke(Rows);
        }

        if (Rows == 0)
        {
            throw new UsageException($"{path}: holds no row");
        }
    }

    /// <summary>For the mismatches kept, how many each neighbouring model explains, the best first.</summary>
    public IEnumerable<(string Variant, int Explained)> Explanations()
        => First.SelectMany(mismatch => mismatch.Agreeing().Select(variant => variant.Description))
            .GroupBy(description => description)
            .Select(group => (group.Key, group.Count()))
            .OrderByDescending(pair => pair.Item2);

    private (RecordedDot Dot, MatrixUnit Model, uint Answer) Answer(long line, IReadOnlyDictionary<string, string> cells, MatrixUnit? named)
    {
        RecordedDot dot = RecordingFile.Parse(path, line, cells);
        try
        {
            MatrixUnit model = named ?? RecordedDots.ModelFor(dot, path);
            if (dot.Scale is not null && model.Scale is not null && dot.Scale != model.Scale)
            {
                model = model.ScaleIsOptional ? model with { Scale = dot.Scale }
                    : throw new ArgumentException($"{model} takes {model.Scale} scales, not {dot.Scale}");
            }

            return (dot, model, dot.Compute(model));
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: row {dot.Id}: {exception.Message}"));
        }
    }
}
