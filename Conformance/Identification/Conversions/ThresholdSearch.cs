using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// The scale rule of a kernel whose rule has no name: <c>threshold:T</c>, T to the last bit of binary32. Whether a block's scale is
/// raised only rises with the significand of its maximum, so that T is closed in from both sides, in three rounds.
/// </summary>
internal static class ThresholdSearch
{
    /// <summary>Significands asked together of one conversion: 2^24 in three rounds.</summary>
    private const int Fan = 256;

    private const uint One = ScaleThreshold.One;

    /// <summary>Looks for T wherever no rule of the list explains a conversion; the two probes beside it become evidence.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="evidence">The conversions.</param>
    /// <param name="best">What explains each so far.</param>
    /// <returns>By conversion the rule, or null where there is none to find.</returns>
    public static ScaleRule?[] Ask(Conversation kernel, List<ConversionEvidence> evidence, ConversionPolicy[] best)
    {
        Bracket?[] brackets = [.. evidence.Select((one, i) => Concerns(one.Conversion) && one.Against(best[i]).Any()
            ? new Bracket(one) : null)];
        while (brackets.OfType<Bracket>().Where(bracket => bracket.IsOpen).ToArray() is { Length: > 0 } open)
        {
            (Bracket Bracket, uint Significand)[] asked = [.. open.SelectMany(bracket => bracket.Next(Fan).Select(s => (bracket, s)))];
            IReadOnlyList<Reply> replies = kernel.Ask([.. asked.Select(a => a.Bracket.Request(a.Significand))]);
            foreach (IGrouping<Bracket, (uint, Reply)> answers in asked.Zip(replies).GroupBy(pair => pair.First.Bracket, pair
                => (pair.First.Significand, pair.Second)))
            {
                answers.Key.Narrow([.. answers]);
            }
        }

        return [.. brackets.Select(bracket => bracket?.Rule())];
    }

    private static bool Concerns(Conversion conversion)
        => conversion.Operation != Operation.Encode && !conversion.IsNarrow && MxFormats.Find(conversion.Format)!.Scale.Element is null;

    /// <summary>The greatest significand that is known not to raise the scale, and the least that does.</summary>
    private sealed class Bracket(ConversionEvidence evidence)
    {
        private readonly Dictionary<uint, string> answers = [];
        private uint low = One;
        private uint high = 2 * One;
        private bool isNone;

        public bool IsOpen => !isNone && high - low > 1;

        /// <summary>Significands between the two, as evenly spread as there are.</summary>
        public IEnumerable<uint> Next(int most)
        {
            (uint from, uint room) = (low, high - low);
            return room <= most ? Enumerable.Range(1, (int)room - 1).Select(i => from + (uint)i)
                : Enumerable.Range(1, most - 1).Select(i => from + (uint)((ulong)room * (uint)i / (uint)most));
        }

        public string Request(uint significand) => $"{evidence.Header} {Operand(significand)}";

        /// <summary>Takes the answers in; they must be of two scales, the lower ones first.</summary>
        public void Narrow((uint Significand, Reply Reply)[] replies)
        {
            bool?[] raised = [.. replies.Select(r => r.Reply.Kind == ReplyKind.Answered ? IsRaised(r.Reply.Text) : null)];
            int first = Array.IndexOf(raised, true);
            int end = first < 0 ? raised.Length : first;
            isNone = raised.Take(end).Contains(null) || raised.Skip(end).Any(r => r is not true);
            if (isNone)
            {
                return;
            }

            foreach ((uint significand, Reply reply) in replies)
            {
                answers.TryAdd(significand, reply.Text);
            }

            low = end > 0 ? replies[end - 1].Significand : low;
            high = end < replies.Length ? replies[end].Significand : high;
        }

        /// <summary>The rule; the probes that decide it become evidence.</summary>
        public ScaleRule? Rule()
        {
            if (isNone)
            {
                return null;
            }

            evidence.Append(((uint[])[low, high]).Where(answers.ContainsKey).Select(s => (Operand(s), answers[s])));
            return ScaleRule.Threshold(low);
        }

        private string Operand(uint significand)
        {
            string amax = HexWords.Write(0x3F80_0000 | (significand - One), 8);
            return evidence.Conversion.Operation == Operation.Scale ? amax
                : amax.PadRight(8 * MxFormats.Find(evidence.Conversion.Format)!.BlockSize, '0');
        }

        /// <summary>Whether the scale is one above that of <c>floor</c>; null where it is neither.</summary>
        private bool? IsRaised(string answer)
        {
            int floor = ScaleFormat.E8M0Bias - MxFormats.Find(evidence.Conversion.Format)!.Element.EMax;
            int? step = answer.Length < 2 ? null : Convert.ToInt32(answer[..2], 16) - floor;
            return step is 0 or 1 ? step == 1 : null;
        }
    }
}
