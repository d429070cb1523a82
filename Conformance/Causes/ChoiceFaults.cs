using Mxact.Vectors;

namespace Mxact.Conformance.Causes;

/// <summary>Another choice of a latitude than the one asked, a whole other profile, or another format than the one named.</summary>
internal static class ChoiceFaults
{
    /// <summary>What shipped code confuses: the same bits read under other rules.</summary>
    private static readonly (string Format, string Other, string Words)[] Formats =
    [
        ("e4m3", "e4m3fnuz", "E4M3 is taken for E4M3FNUZ: bias 8, NaN at 80"),
        ("e5m2", "e5m2fnuz", "E5M2 is taken for E5M2FNUZ: bias 16, NaN at 80"),
        ("e4m3fnuz", "e4m3", "E4M3FNUZ is taken for OCP's E4M3"),
        ("e5m2fnuz", "e5m2", "E5M2FNUZ is taken for OCP's E5M2"),
        ("e4m3", "e4m3b7-ieee", "E4M3 is given infinities as IEEE 754 has them, and ends at 240"),
        ("e4m3", "e4m3b7-finite", "E4M3's NaN code is a number, 480"),
        ("e5m2", "e5m2b15-finite", "E5M2's infinities and NaNs are numbers"),
        ("e4m3", "e5m2", "E5M2 stands where E4M3 was asked"),
        ("e5m2", "e4m3", "E4M3 stands where E5M2 was asked"),
        ("e3m2", "e2m3", "E2M3 stands where E3M2 was asked"),
        ("e2m3", "e3m2", "E3M2 stands where E2M3 was asked"),
        ("ue4m3", "e4m3", "UE4M3's highest bit is taken for a sign"),
    ];

    /// <summary>The choices that are reported most, in the words of those who report them.</summary>
    private static readonly Dictionary<string, string> Plain = new()
    {
        ["rounding=ties-to-away"] = "ties go away from zero",
        ["rounding=ties-to-zero"] = "ties go toward zero",
        ["rounding=ties-to-positive"] = "ties go up: floor(x + 1/2)",
        ["rounding=toward-zero"] = "truncated: what lies below the last place is dropped",
        ["input-precision=binary16"] = "narrowed to binary16 first, and then once more: the input is rounded twice",
        ["input-precision=bfloat16"] = "narrowed to bfloat16 first, and then once more: the input is rounded twice",
        ["scale-overflow=scale-nan"] = "the scale is not clamped before its cast: NaN beyond the scale format's largest number (above "
            + "448 x 6 in NVFP4)",
        ["element-divisor=unrounded"] = "the elements are divided by the scale before its rounding, not by the one that is stored",
        ["scale-application=reciprocal-flushed"] = "times a reciprocal of the scale, which is flushed to zero where it is subnormal",
        ["scale-application=binary32-reciprocal"] = "times the rounded reciprocal of the scale: a tie where there is none",
        ["nan-in-block=ignored"] = "a NaN is lost in the block's maximum",
        ["overflow=non-finite"] = "what is beyond max normal becomes infinity or NaN, not max normal",
        ["overflow=saturate"] = "what is beyond max normal becomes max normal, not infinity or NaN",
    };

    /// <summary>Every fault that is a choice and acts on a question.</summary>
    public static IEnumerable<Fault> Of(Question question)
    {
        foreach (Latitude latitude in Latitude.All)
        {
            foreach (string choice in Choices(latitude, question))
            {
                if (latitude.Of(question.Policy) != choice && latitude.With(question.Policy, choice) is not null)
                {
                    yield return Always(latitude, choice);
                    string asked = latitude.Of(question.Policy);
                    if (latitude.Id is "rounding" or "overflow" or "scale-rule")
                    {
                        yield return Where(latitude, asked, choice);
                    }
                }
            }
        }

        foreach (Profile profile in Profile.All.Where(p => p != Profile.Ocp))
        {
            yield return new($"profile={profile.Name}", $"the choices of {profile.Of}", 10 + (4 * profile.Differences.Length))
            {
                Question = asked => asked.Operation is Operation.Encode or Operation.Scale or Operation.Quantize
                    ? asked with { Policy = Kept(asked.Policy, profile.Policy) } : null,
            };
        }

        foreach ((string format, string other, string words) in Formats)
        {
            yield return new($"format={other}", words)
            {
                Question = asked => asked.Operation switch
                {
                    Operation.Encode or Operation.Decode when asked.Formats[0] == format => asked with { Formats = [other] },
                    Operation.Quantize or Operation.Dequantize or Operation.Scale when MxFormats.Find(asked.Formats[0]) is { } block
                        && block.Scale == ScaleFormat.E8M0 && block.Element.Name == format => asked with { Formats = [$"mx-{other}"] },
                    _ => null,
                },
            };
        }
    }

    /// <summary>Choices that depend on another: a latitude's where one overflow or one rounding is asked.</summary>
    public static IEnumerable<Fault> Conditional(Question question)
    {
        if (question.Operation is not (Operation.Encode or Operation.Scale or Operation.Quantize))
        {
            yield break;
        }

        foreach (string condition in new[] { "overflow", "rounding" })
        {
            Latitude where = Latitude.Find(condition)!;
            string asked = where.Of(question.Policy);
            foreach (Latitude latitude in Latitude.All.Where(l => l.Id is not ("scale-rule" or "rounding" or "overflow")))
            {
                foreach (string choice in latitude.Choices.Where(c => c != latitude.Of(question.Policy)))
                {
                    yield return new($"{latitude.Id}={choice} where {condition}={asked} is asked", Words(latitude, choice), Cost: 20)
                    {
                        Where = other => where.Of(other.Policy) == asked,
                        Question = other => Acts(latitude, choice, other)
                            && latitude.With(other.Policy, choice) is { } policy ? other with { Policy = policy } : null,
                    };
                }
            }
        }
    }

    /// <summary>A profile replaces what the question leaves at the standard's; a profile is deterministic where bits are drawn.</summary>
    private static ConversionPolicy Kept(ConversionPolicy asked, ConversionPolicy profile)
    {
        ConversionPolicy policy = profile;
        foreach (Latitude latitude in Latitude.All.Where(l => l.Of(asked) != l.Default && l.Of(profile) == l.Default))
        {
            policy = latitude.With(policy, latitude.Of(asked)) ?? policy;
        }

        return policy;
    }

    /// <summary>The choices with a parameter take the question's own: as many random bits.</summary>
    private static IEnumerable<string> Choices(Latitude latitude, Question question)
    {
        foreach (string choice in latitude.Choices)
        {
            int colon = choice.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                yield return choice;
            }
            else if (latitude.Id == "rounding" && question.Policy.Rounding.IsStochastic)
            {
                yield return $"{choice[..colon]}:{question.Policy.Rounding.RandomBits}";
            }
        }
    }

    private static Fault Always(Latitude latitude, string choice) => new($"{latitude.Id}={choice}", Words(latitude, choice), Cost: 10)
    {
        Question = asked => Acts(latitude, choice, asked) && latitude.With(asked.Policy, choice) is { } policy
            ? asked with { Policy = policy }
            : null,
    };

    private static Fault Where(Latitude latitude, string asked, string choice)
        => new($"{latitude.Id}={choice} where {asked} is asked", Words(latitude, choice), Cost: 12)
        {
            Where = question => latitude.Of(question.Policy) == asked,
            Question = question => Acts(latitude, choice, question)
                && latitude.With(question.Policy, choice) is { } policy ? question with { Policy = policy } : null,
        };

    /// <summary>A choice in a sentence.</summary>
    public static string Words(Latitude latitude, string choice)
        => Plain.GetValueOrDefault($"{latitude.Id}={choice}", $"{latitude.Question}: {choice}");

    private static bool Acts(Latitude latitude, string choice, Question question)
        => ChoiceReach.Acts(question.Operation, question.Formats[0], $"{latitude.Id}={choice}");
}
