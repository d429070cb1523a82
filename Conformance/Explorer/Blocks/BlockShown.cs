using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mxact.Conformance.Explanation;
using Mxact.Explorer.Link;
using Mxact.Vectors;

namespace Mxact.Explorer.Blocks;

/// <summary>A block under the choices that were made, and under the others.</summary>
public sealed record BlockShown
{
    /// <summary>The conversion step by step.</summary>
    public required ImmutableArray<string> Steps { get; init; }

    /// <summary>What the steps end with.</summary>
    public required BlockRow Answer { get; init; }

    /// <summary>Under every scale rule; what differs from the chosen one departs.</summary>
    public required ImmutableArray<BlockRow> Rules { get; init; }

    /// <summary>In every block format.</summary>
    public required ImmutableArray<BlockRow> Formats { get; init; }

    /// <summary>Under every named profile; what differs from the standard departs.</summary>
    public required ImmutableArray<BlockRow> Profiles { get; init; }

    /// <summary>Scale rules that act on a format.</summary>
    public static IEnumerable<ScaleRule> RulesOf(BlockFormat format)
        => ScaleRule.All.Where(rule => ChoiceReach.Acts(Operation.Quantize, format.Name, $"scale-rule={rule}"));

    /// <summary>Converts a block.</summary>
    /// <exception cref="FormatException">It cannot be; one line.</exception>
    public static BlockShown Of(BlockFormat format, uint[] bits, string rule, string rounding, string profile)
    {
        if (bits.Length > format.BlockSize)
        {
            throw new FormatException($"a block of {format} has 1 to {format.BlockSize} values, {bits.Length} are given");
        }

        string block = BlockReading.Hex(bits);
        string[] common = [.. new[] { Word("profile", profile), Word("rounding", rounding) }.Where(word => word.Length > 0)];
        string[] choices = [.. common, .. rule.Length > 0 ? [Word("scale-rule", rule)] : Array.Empty<string>()];
        BlockRow answer = BlockRow.Of("", "", format, choices, block);
        return answer.Answer.IsAnswer ? new()
        {
            Steps = [.. Explain.Block(format, MemoryMarshal.Cast<uint, float>(bits.AsSpan()), Question.Parse(answer.Answer.Request,
                out _).Policy)],
            Answer = answer,
            Rules = [.. RulesOf(format).Select(r => BlockRow.Of(r.Name, r.Definition, format, [.. common, $"scale-rule={r}"], block,
                answer.Answer))],
            Formats = [.. MxFormats.All.Where(f => f.BlockSize >= bits.Length).Select(f => BlockRow.Of(f.Name, "", f, choices, block))],
            Profiles = InProfiles(format, block),
        }
        : throw new FormatException(answer.Answer.Text);
    }

    private static ImmutableArray<BlockRow> InProfiles(BlockFormat format, string block)
    {
        Asked standard = BlockRow.Of("", "", format, [$"profile={Profile.Ocp}"], block).Answer;
        return [.. FormatProfiles.Of(format).Select(p => BlockRow.Of(p.Name, p.Of, format, [$"profile={p}"], block, standard))];
    }

    private static string Word(string key, string value) => value.Length == 0 ? "" : $"{key}={value}";
}
