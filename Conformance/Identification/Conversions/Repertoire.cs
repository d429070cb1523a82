using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// What a kernel does at all, and under which words: a kernel that makes its choices always answers <c>unsupported</c> to a request
/// that names others, so that the words it takes have to be found first.
/// </summary>
internal static class Repertoire
{
    /// <summary>The conversions it answers, each with the words of its requests.</summary>
    public static List<ConversionEvidence> Of(Conversation kernel, Declaration declaration)
    {
        List<(Conversion Conversion, Question Question, bool IsUsual)> answered = [];
        List<Conversion> left = [.. Conversion.All];
        Try(isUsual: true, conversion => [declaration.Of(conversion.Ask(ConversionPolicy.Ocp))]);
        left.RemoveAll(conversion => answered.Any(a => IsWiderKin(a.Conversion, conversion)));
        Try(isUsual: false, conversion => [.. Others(conversion).Select(policy => declaration.Of(conversion.Ask(policy)))]);
        return [.. answered.AsParallel().AsOrdered().Select(a
            => new ConversionEvidence(a.Conversion, a.Question.ToString(), a.Question.Policy, a.IsUsual))];

        void Try(bool isUsual, Func<Conversion, IEnumerable<Question>> words)
        {
            (Conversion Conversion, Question Question)[] tried = [.. left.SelectMany(c => words(c).Select(q => (c, q)))];
            IReadOnlyList<Reply> replies = kernel.Ask([.. tried.Select(one => $"{one.Question} {one.Conversion.Plain}")]);
            foreach (((Conversion conversion, Question question), Reply reply) in tried.Zip(replies))
            {
                // Narrow inputs take their own path in some kernels; they are looked at where binary32 is not taken.
                if (reply.Kind == ReplyKind.Answered && left.Remove(conversion)
                    && !(conversion.IsNarrow && answered.Any(a => IsWiderKin(a.Conversion, conversion))))
                {
                    answered.Add((conversion, question, isUsual));
                }
            }
        }
    }

    private static bool IsWiderKin(Conversion wide, Conversion narrow) => !wide.IsNarrow && wide.Operation == narrow.Operation
        && wide.Format == narrow.Format;

    /// <summary>The parameters of every named profile, then every combination of them.</summary>
    private static IEnumerable<ConversionPolicy> Others(Conversion conversion)
    {
        IEnumerable<ConversionPolicy> all = [ConversionPolicy.Ocp];
        foreach (Latitude latitude in conversion.Parameters)
        {
            all = [.. all.SelectMany(policy => latitude.Choices
                .Where(choice => ChoiceReach.Acts(conversion.Operation, conversion.Format, $"{latitude.Id}={choice}"))
                .Select(choice => latitude.With(policy, choice)).OfType<ConversionPolicy>())];
        }

        return Profile.All.Select(profile => conversion.Parameters.Aggregate(ConversionPolicy.Ocp, (policy, latitude)
            => latitude.With(policy, ChoiceReach.Effective(conversion.Operation, conversion.Format, latitude, profile.Policy))!))
            .Concat(all).Distinct().Skip(1);
    }
}
