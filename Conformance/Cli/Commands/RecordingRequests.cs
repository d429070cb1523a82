using System.CommandLine;
using Mxact.Conformance.Recordings;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Cli.Commands;

/// <summary>
/// <c>mxact requests --recordings</c>: dot products for a machine to answer, as CSV with an empty column D. The file is the recording
/// once D is filled in; K above what one instruction takes is a chain of instructions from left to right.
/// </summary>
internal sealed class RecordingRequests
{
    private readonly Option<bool> recordings = new("--recordings")
    {
        Description = "write dot products with an empty column D instead, "
        + "for 'mxact recordings' to judge once D is filled in"
    };
    private readonly Option<string?> model = new("--model")
    {
        Description = "with --recordings: ask around this accumulation model",
        HelpName = "name"
    };
    private readonly Option<string?> a = new("--a")
    {
        Description = "with --recordings: format of A (e4m3, mxfp4, e2m1/ue4m3/16); "
        + "default: the model's",
        HelpName = "name"
    };
    private readonly Option<string?> b = new("--b") { Description = "with --recordings: format of B", HelpName = "name" };
    private readonly Option<string?> output = new("--out")
    {
        Description = $"with --recordings: format of C and D, {DotOutputs.Names}",
        HelpName = "name"
    };
    private readonly Option<string?> k = new("--k")
    {
        Description = "with --recordings: ask for these K alone, such as 16,32",
        HelpName = "list"
    };
    private readonly Option<int> rows = new("--rows")
    {
        Description = "with --recordings: how many",
        DefaultValueFactory = _ => 5000,
        HelpName = "n"
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[recordings, model, a, b, output, k, rows])
        {
            command.Add(option);
        }
    }

    public bool AreAsked(ParseResult parsed)
    {
        bool asked = parsed.GetValue(recordings);
        return asked || !((Option[])[model, a, b, output, k, rows]).Any(option => parsed.GetResult(option) is { Implicit: false })
            ? asked
            : throw new UsageException("--model, --a, --b, --out, --k and --rows go with --recordings");
    }

    /// <summary>How many of the first questions of a binary16 output are about its e_zero, on which sources differ.</summary>
    private const int OpenQuestions = 40;

    /// <summary>What is open first; then every kind in turn.</summary>
    internal static IEnumerable<DotQuestion> InOrder(DotQuestions questions, DotShape shape, int count)
    {
        int open = shape.Output == ElementFormats.Binary16 ? Math.Min(count, OpenQuestions) : 0;
        return Enumerable.Range(0, open).Select(_ => questions.Next("e-zero")).Concat(questions.Take(count - open));
    }

    /// <summary>
    /// Around one model or, without one or with K of the user's, around every accumulator anybody has built.
    /// </summary>
    internal static DotQuestions Questions(MatrixUnit? model, DotShape shape, ulong seed, IReadOnlyList<int>? ks = null)
        => model is null || ks is not null ? DotQuestions.AboutAny(shape, seed, ks) : DotQuestions.About(model, shape, seed);

    public int Write(ParseResult parsed, ulong seed)
    {
        MatrixUnit? named = parsed.GetValue(model) is { } name ? ModelOption.Get(name) : null;
        DotShape shape = ModelOption.Shape(named, parsed.GetValue(a), parsed.GetValue(b), parsed.GetValue(output));
        int count = parsed.GetValue(rows) is > 0 and int n ? n
            : throw new UsageException($"--rows is a positive number, not {parsed.GetValue(rows)}");
        using Stream stream = Console.OpenStandardOutput();
        DotQuestions questions = Questions(named, shape, seed, ModelOption.Lengths(parsed.GetValue(k), shape));
        RecordedDotFile.Write(stream, shape, InOrder(questions, shape, count));
        return ExitCodes.Success;
    }
}
