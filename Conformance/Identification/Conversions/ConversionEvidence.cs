using System.Collections.Immutable;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>A probe: the operand's place in the pool and what the kernel answered.</summary>
internal readonly record struct Probe(int At, string Answer);

/// <summary>What a kernel answered to the probes of one conversion, and what the reference answers under any policy.</summary>
internal sealed class ConversionEvidence
{
    private readonly Dictionary<ConversionPolicy, (Answerer? Answerer, Dictionary<int, string?> Answers)> known = [];
    private readonly HashSet<int> asked = [];
    private readonly Question question;
    private readonly ElementFormat? format;

    /// <summary>Begins with nothing known.</summary>
    /// <param name="conversion">What is probed.</param>
    /// <param name="header">The first words of its requests, as the kernel takes them.</param>
    /// <param name="parameters">The choices that these words name.</param>
    /// <param name="isUsual">Whether these are the words it was to be asked under.</param>
    public ConversionEvidence(Conversion conversion, string header, ConversionPolicy parameters, bool isUsual)
    {
        IsUsual = isUsual;
        Conversion = conversion;
        Header = header;
        Parameters = parameters;
        Pool = ProbePool.Of(conversion);
        Acting = ProbePool.Acting(conversion);
        question = conversion.Under(ConversionPolicy.Ocp);
        format = Expectation.AnswerFormat(question);
    }

    /// <summary>Begins with no operands: those that come are given with their answers, such as the blocks of a tensor.</summary>
    /// <param name="asked">The question, whatever its choices: its inputs' format and its tensor scale are kept under every policy.</param>
    public ConversionEvidence(Question asked)
    {
        IsUsual = true;
        Conversion = new(asked.Operation, asked.Formats[0], asked.From);
        Header = asked.ToString();
        Parameters = asked.Policy;
        Pool = [];
        Acting = ProbePool.Acting(Conversion);
        question = asked;
        format = Expectation.AnswerFormat(asked);
    }

    /// <summary>What is probed.</summary>
    public Conversion Conversion { get; }

    /// <summary>The first words of its requests.</summary>
    public string Header { get; }

    /// <summary>Whether it took the usual words; other ones had to be found otherwise.</summary>
    public bool IsUsual { get; }

    /// <summary>The choices that the words of the requests name.</summary>
    public ConversionPolicy Parameters { get; }

    /// <summary>The latitudes that can act here.</summary>
    public ImmutableHashSet<Latitude> Acting { get; }

    /// <summary>A policy with one choice made otherwise that can act here.</summary>
    public IEnumerable<Alternative> Alternatives(ConversionPolicy policy) => Alternative.To(policy).Where(a => Acting.Contains(a.Latitude)
        && ChoiceReach.Acts(Conversion.Operation, Conversion.Format, $"{a.Latitude.Id}={a.Choice}"));

    /// <summary>The operands there are.</summary>
    public ImmutableArray<string> Pool { get; private set; }

    /// <summary>The probes that were answered.</summary>
    public List<Probe> Probes { get; } = [];

    /// <summary>The probes the kernel did not answer: no evidence either way.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Takes in what the kernel said; null when it gave no answer.</summary>
    public void Add(int at, string? answer)
    {
        asked.Add(at);
        if (answer is null)
        {
            Unanswered++;
        }
        else
        {
            Probes.Add(new(at, answer));
        }
    }

    /// <summary>Takes in operands of one's own with their answers.</summary>
    public void Append(IEnumerable<(string Operand, string Answer)> probes)
    {
        (string Operand, string Answer)[] all = [.. probes];
        int first = Pool.Length;
        Pool = Pool.AddRange(all.Select(probe => probe.Operand));
        foreach ((int i, (_, string answer)) in all.Index())
        {
            Add(first + i, answer);
        }
    }

    /// <summary>Whether an operand was put to the kernel.</summary>
    public bool WasAsked(int at) => asked.Contains(at);

    /// <summary>The reference's answer as an expectation; null where it has none under that policy.</summary>
    public string? Expected(ConversionPolicy policy, int at)
        => Answer(policy, at) is { } answer ? Expectation.FromAnswer(question, answer) : null;

    /// <summary>Whether an answer is right under a policy.</summary>
    public bool Agrees(ConversionPolicy policy, Probe probe)
        => Expected(policy, probe.At) is { } expected && Expectation.Matches(expected, probe.Answer, format);

    /// <summary>Whether the answer to an operand tells two policies apart.</summary>
    public bool Differ(ConversionPolicy one, ConversionPolicy other, int at)
        => Answer(one, at) is { } first && Answer(other, at) is { } second && first != second
            && !Expectation.Matches(Expectation.FromAnswer(question, first), second, format);

    /// <summary>The probes that a policy does not explain.</summary>
    public IEnumerable<Probe> Against(ConversionPolicy policy) => Probes.Where(probe => !Agrees(policy, probe));

    private string? Answer(ConversionPolicy policy, int at)
    {
        if (!known.TryGetValue(policy, out (Answerer? Answerer, Dictionary<int, string?> Answers) of))
        {
            of = (AnswererOf(policy), []);
            known.Add(policy, of);
        }

        if (!of.Answers.TryGetValue(at, out string? answer))
        {
            answer = Try(of.Answerer, at);
            of.Answers.Add(at, answer);
        }

        return answer;
    }

    private string? Try(Answerer? answerer, int at)
    {
        try
        {
            return answerer?.Answer(Pool[at]);
        }
        catch (RequestException)
        {
            return null;
        }
    }

    /// <summary>Who answers under a policy; nobody where it has no answer from these operands (mse from a maximum, say).</summary>
    private Answerer? AnswererOf(ConversionPolicy policy)
    {
        try
        {
            return Answerer.For(question with { Policy = policy });
        }
        catch (RequestException)
        {
            return null;
        }
    }
}
