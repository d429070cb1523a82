using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>What becomes of a parameter's word that asks for another choice: one request for each parameter of each conversion.</summary>
internal static class WordProbes
{
    /// <summary>By conversion, the effect for each of its <see cref="Conversion.Parameters"/>.</summary>
    public static WordEffect[][] Ask(Conversation kernel, List<ConversionEvidence> evidence, ConversionPolicy[] best)
    {
        List<(int Conversion, int Parameter, ConversionPolicy Other, int At, string Request)> asked = [];
        for (int i = 0; i < evidence.Count; i++)
        {
            for (int p = 0; p < evidence[i].Conversion.Parameters.Length; p++)
            {
                if (Telling(evidence[i], best[i], evidence[i].Conversion.Parameters[p]) is var (other, at, request))
                {
                    asked.Add((i, p, other, at, request));
                }
            }
        }

        WordEffect[][] effects = [.. evidence.Select(one => new WordEffect[one.Conversion.Parameters.Length])];
        IReadOnlyList<Reply> replies = kernel.Ask([.. asked.Select(one => one.Request)]);
        foreach (((int i, int p, ConversionPolicy other, int at, _), Reply reply) in asked.Zip(replies))
        {
            Probe probe = new(at, reply.Text);
            effects[i][p] = reply.Kind == ReplyKind.Unsupported ? WordEffect.Refused
                : evidence[i].Agrees(other, probe) ? WordEffect.Followed
                : evidence[i].Agrees(best[i], probe) ? WordEffect.Ignored
                : WordEffect.Unclear;
        }

        return effects;
    }

    /// <summary>Another choice, an operand at which it has another answer, and the request that names it.</summary>
    private static (ConversionPolicy Other, int At, string Request)? Telling(ConversionEvidence evidence, ConversionPolicy best,
        Latitude parameter)
    {
        // The default as a word stands in most requests already, and a kernel may read it as no word at all.
        foreach (Alternative other in evidence.Alternatives(best).Where(a => a.Latitude == parameter && a.Choice != parameter.Default))
        {
            int at = Enumerable.Range(0, evidence.Pool.Length).FirstOrDefault(i => evidence.Differ(best, other.Policy, i), -1);
            if (at >= 0)
            {
                Question question = Question.Parse($"{evidence.Header} {evidence.Pool[at]}", out string operands);
                string[] words = [.. question.Choices.Select(c => c.StartsWith(parameter.Id + "=", StringComparison.Ordinal)
                    ? $"{parameter.Id}={other.Choice}" : c)];
                return (other.Policy, at, $"{Question.Of(question.Operation, question.Formats, words)} {operands}");
            }
        }

        return null;
    }
}
