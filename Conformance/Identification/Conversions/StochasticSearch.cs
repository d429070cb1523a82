using System.Collections.Immutable;
using Mxact.Conformance.Adapters;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// What becomes of <c>rounding=stochastic:n</c>: which n a kernel takes, and what it then does with the bits. Any n may be asked, so that
/// no list of choices has them; a few of those taken are looked at.
/// </summary>
internal sealed class StochasticSearch
{
    private const string Rounding = "rounding";

    /// <summary>What shipped units have, beside the least and the most that is taken.</summary>
    private static readonly int[] Usual = [8, 16];

    private readonly Conversation kernel;
    private readonly Dictionary<Conversion, (Question Question, ConversionPolicy Policy)> askedUnder = [];

    private StochasticSearch(Conversation kernel, Declaration declaration, List<ConversionEvidence> evidence, ConversionPolicy[] best)
    {
        this.kernel = kernel;
        foreach (Conversion conversion in Conversion.All.Where(c => !c.IsNarrow && c.Parameters.Any(p => p.Id == Rounding)))
        {
            int known = evidence.FindIndex(one => one.Conversion == conversion);
            Question question = known < 0 ? declaration.Of(conversion.Ask(ConversionPolicy.Ocp))
                : Question.Parse($"{evidence[known].Header} {conversion.Plain}", out _);
            askedUnder.Add(conversion, (question, known < 0 ? question.Policy : best[known]));
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="declaration">The choices that stand in its requests.</param>
    /// <param name="evidence">What is known of its conversions.</param>
    /// <param name="best">The other choices that it makes there.</param>
    public static ImmutableArray<StochasticFound> Ask(Conversation kernel, Declaration declaration, List<ConversionEvidence> evidence,
        ConversionPolicy[] best) => new StochasticSearch(kernel, declaration, evidence, best).Run();

    private ImmutableArray<StochasticFound> Run()
    {
        (Conversion Conversion, RoundingMode Asked, ImmutableArray<int> Taken)[] modes = [.. Taken()];
        var probes = Array.ConvertAll(modes, mode => StochasticProbes.Of(mode.Conversion, mode.Asked));
        Queue<Reply> replies = new(kernel.Ask([.. modes.Zip(probes, (mode, all)
            => all.Select(probe => $"{Header(mode.Conversion, mode.Asked)} {StochasticProbes.Operands(probe, mode.Asked)}"))
            .SelectMany(request => request)]));
        Reply[][] own = Array.ConvertAll(probes, all => all.Select(_ => replies.Dequeue()).ToArray());
        return [.. Enumerable.Range(0, modes.Length).AsParallel().AsOrdered().Select(i
            => Found(modes[i].Conversion, modes[i].Asked, modes[i].Taken, probes[i], own[i]))];
    }

    /// <summary>The modes to look at, of those that the kernel answers at all.</summary>
    private IEnumerable<(Conversion Conversion, RoundingMode Asked, ImmutableArray<int> Taken)> Taken()
    {
        (Conversion Conversion, RoundingMode Mode)[] all = [.. from conversion in askedUnder.Keys
                                                               from variant in Enum.GetValues<StochasticVariant>()
                                                               from n in Enumerable.Range(1, RoundingMode.MaxRandomBits)
                                                               select (conversion, RoundingMode.Stochastic(n, variant))];
        IReadOnlyList<Reply> replies = kernel.Ask([.. all.Select(one => $"{Header(one.Conversion, one.Mode)} {one.Conversion.Plain} "
            + new string('0', one.Mode.RandomDigits * Count(one.Conversion)))]);
        return all.Zip(replies).Where(pair => pair.Second.Kind == ReplyKind.Answered).Select(pair => pair.First)
            .GroupBy(one => (one.Conversion, one.Mode.Variant)).SelectMany(group =>
            {
                ImmutableArray<int> taken = [.. group.Select(one => one.Mode.RandomBits)];
                return taken.Where(n => n == taken[0] || n == taken[^1] || Usual.Contains(n))
                    .Select(n => (group.Key.Conversion, RoundingMode.Stochastic(n, group.Key.Variant), taken));
            });
    }

    private StochasticFound Found(Conversion conversion, RoundingMode asked, ImmutableArray<int> taken,
        IReadOnlyList<(string Values, uint[] Bits)> probes, Reply[] replies)
    {
        (Question question, ConversionPolicy policy) = askedUnder[conversion];
        ElementFormat? format = Expectation.AnswerFormat(question);
        (int At, string Answer)[] answered = [.. replies.Index().Where(r => r.Item.Kind == ReplyKind.Answered)
            .Select(r => (r.Index, r.Item.Text))];
        StochasticReading[] readings = [.. StochasticReading.Of(asked)];
        int found = Array.FindIndex(readings, reading => answered.All(a => Gives(reading, a.At, a.Answer)));
        if (found < 0 || answered.Length == 0)
        {
            (int at, string answer) = answered.FirstOrDefault(a => !Gives(readings[0], a.At, a.Answer),
                (At: 0, Answer: "no answer"));
            return new(conversion, asked, taken, null, [], answered.Length, new(conversion, StochasticProbes.Operands(probes[at], asked),
                Expected(readings[0], at) ?? "no answer", answer));
        }

        // Told apart are the other variants, and one bit fewer: whatever reads still fewer differs more.
        StochasticReading[] near = [.. readings.Where(r => r.Mode.IsStochastic && r.Mode.RandomBits >= asked.RandomBits - 1
            && r != readings[found])];
        return new(conversion, asked, taken, readings[found], [.. near.Where(r => answered.All(a => Gives(r, a.At, a.Answer)))],
            answered.Length, null);

        bool Gives(StochasticReading reading, int at, string answer)
            => Expected(reading, at) is { } expected && Expectation.Matches(expected, answer, format);

        string? Expected(StochasticReading reading, int at)
        {
            Question under = question with { Policy = policy with { Rounding = reading.Mode } };
            (string values, uint[] bits) = probes[at];
            try
            {
                return Expectation.FromAnswer(under, Answerer.For(under).Answer(StochasticProbes.Operands(
                    (values, reading.Mode.IsStochastic ? Array.ConvertAll(bits, reading.Read) : bits), reading.Mode)));
            }
            catch (RequestException)
            {
                return null;
            }
        }
    }

    private string Header(Conversion conversion, RoundingMode mode)
    {
        Question question = askedUnder[conversion].Question;
        return Question.Of(question.Operation, question.Formats, question.Choices.Select(choice
            => choice.StartsWith(Rounding + "=", StringComparison.Ordinal) ? $"{Rounding}={mode}" : choice)).ToString();
    }

    private static int Count(Conversion conversion)
        => conversion.Operation == Operation.Encode ? 1 : MxFormats.Find(conversion.Format)!.BlockSize;
}
