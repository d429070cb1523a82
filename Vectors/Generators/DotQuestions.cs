namespace Mxact.Vectors.Generators;

/// <summary>
/// Questions that tell accumulators apart. Each kind is a situation in which one parameter of the arithmetic shows: what is cut off
/// below the largest term (F), which products share a step (L, order), how a step's sum becomes output bits (rho), where a zero
/// aligns (e_zero), and what NaN, Inf, zeros and the ends of the range do.
/// </summary>
internal sealed class DotQuestions
{
    /// <summary>The kinds, in the order in which they are asked; each is a flag.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "random", "truncation", "largest-first", "largest-last", "cancel", "accumulator-dominant", "accumulator-small",
        "step-order", "sum-rounding", "wide", "e-zero", "subnormal", "overflow", "special-elements", "infinity", "nan", "zero",
        "max-values", "scale-00", "scale-max", "scale-ff", "scale-sign",
    ];

    /// <summary>Kinds for a unit whose parameters are known: by chance they would hardly tell anything of another.</summary>
    public static IReadOnlyList<string> KindsOfModels { get; } = ["least-normal", "product-overflow", "negative-subnormal"];

    // K of an unknown unit: less than a step, a step and chains of several, of every step anybody has built.
    private static readonly int[] UsualK = [1, 4, 8, 16, 32, 64, 128];

    private readonly DotShape shape;
    private readonly DotTerms terms;
    private readonly SplitMix random;
    private readonly int[] ks;
    private readonly int[] ls;
    private readonly int[] fs;
    private readonly int[] eZeros;

    /// <summary>Questions about an accumulator of which little or much is known.</summary>
    /// <param name="shape">Formats, scales, output.</param>
    /// <param name="ks">The K to ask for, each whole blocks.</param>
    /// <param name="ls">The L that may be: the step-order kind works at their boundaries.</param>
    /// <param name="fs">The F that may be.</param>
    /// <param name="eZeros">The e_zero that may be.</param>
    /// <param name="seed">Seed of every random choice.</param>
    public DotQuestions(
        DotShape shape, IReadOnlyList<int> ks, IReadOnlyList<int> ls, IReadOnlyList<int> fs, IReadOnlyList<int> eZeros, ulong seed)
    {
        this.shape = shape;
        random = new(seed);
        terms = new(shape, random);
        this.ks = [.. ks];
        this.ls = [.. ls];
        this.fs = [.. fs];
        this.eZeros = [.. eZeros];
    }

    /// <summary>
    /// Questions around one model: a step, less than one, and chains of several; F and e_zero of the model and beside it.
    /// </summary>
    public static DotQuestions About(MatrixUnit model, DotShape shape, ulong seed)
    {
        int block = shape.Scale?.BlockSize ?? 1;
        int l = model.L is > 0 and <= 256 ? model.L : Math.Max(8, block);
        int[] lengths = [l, 2 * l, 3 * l, l / 2, l + (l / 2), Math.Max(l - 1, 1), (2 * l) + 1];
        int[] ks = [.. lengths.Select(k => Math.Max(1, k / block) * block).Distinct()];
        int f = model.F > 0 ? model.F : model.Inner?.F is > 0 and int inner ? inner : shape.Output.MantissaBits + 1;
        int eZero = model.Output(shape.Output)?.EZero is { } e and not 0 ? e : shape.Output.EMin - shape.Output.MantissaBits;
        return new(
            shape, ks, [l, Math.Max(1, l / 2)], [f, f, f - 1, f + 1, shape.Output.MantissaBits + 1], [eZero, eZero - 1, eZero + 1], seed);
    }

    /// <summary>Questions about a unit of which nothing is known but its formats.</summary>
    public static DotQuestions AboutAny(DotShape shape, ulong seed, IReadOnlyList<int>? ks = null)
    {
        int block = shape.Scale?.BlockSize ?? 1;
        int least = shape.Output.EMin - shape.Output.MantissaBits;
        return new(
            shape,
            ks ?? [.. UsualK.Select(k => Math.Max(k, block)).Distinct()],
            [1, 2, 4, 8, 16, 32, 64],
            [.. Enumerable.Range(10, 27), 13, 23, 24, 24, 25, 25, 35],
            [.. Enumerable.Range(least - 4, 26)],
            seed);
    }

    /// <summary>Whether a kind can be asked in this shape.</summary>
    public bool Has(string kind) => kind switch
    {
        "scale-00" or "scale-max" or "scale-ff" => shape.Scale is not null,
        "scale-sign" => shape.Scale?.Format.Element is { Encoding: ElementEncoding.Unsigned },
        "product-overflow" => shape.Output.HasInfinity && terms.Greatest + terms.ScaleRange.Greatest > shape.Output.EMax,
        "negative-subnormal" => terms.Least + terms.ScaleRange.Least <= shape.Output.EMin,
        "infinity" => shape.A.HasInfinity || shape.B.HasInfinity || shape.Output.HasInfinity,
        _ => true,
    };

    /// <summary>The next question of a kind.</summary>
    public DotQuestion Next(string kind)
    {
        int k = ks[random.Below(ks.Length)];
        int f = fs[random.Below(fs.Length)];
        return kind switch
        {
            "random" => terms.Build(kind, Plan(k, _ => Random(-4, 4)), Addend(-4, 6)),
            "wide" => terms.Build(kind, Plan(k, _ => Random(-25, 12)), Addend(-25, 14)),
            "truncation" => Truncation(kind, k, f, random.Below(k)),
            "largest-first" => Truncation(kind, k, f, 0),
            "largest-last" => Truncation(kind, k, f, k - 1),
            "cancel" => Cancelling(k, f),
            "accumulator-dominant" => AccumulatorDominant(k, f),
            "accumulator-small" => AccumulatorSmall(k, f),
            "step-order" => StepOrder(k, f),
            "sum-rounding" => SumRounding(k),
            "e-zero" => AroundEZero(k, f),
            "least-normal" => LeastNormal(k),
            "product-overflow" => ProductOverflow(k),
            "negative-subnormal" => NegativeSubnormal(k),
            "sticky" => Sticky(k, f),
            "subnormal" => Subnormal(k),
            "overflow" => Overflow(k),
            "special-elements" => Specials(kind, k, 2 + random.Below(3)),
            "infinity" or "nan" => Specials(kind, k, 1),
            "zero" => Zeros(k),
            "max-values" => MaxValues(k),
            _ => Scales(kind, k),
        };
    }

    /// <summary>So many questions, every kind in turn.</summary>
    public IEnumerable<DotQuestion> Take(int count)
    {
        string[] kinds = [.. Kinds.Where(Has)];
        for (int i = 0; i < count; i++)
        {
            yield return Next(kinds[i % kinds.Length]);
        }
    }

    /// <summary>
    /// One large product, the others at and beside the last place kept below it; half of the time it is cancelled, so that only what
    /// was kept is left.
    /// </summary>
    private DotQuestion Truncation(string kind, int k, int f, int at)
    {
        int top = Top(f);
        PlannedTerm?[] plan = Plan(k, _ => random.Below(4) == 0 ? null : Random(top - f - 2, top - f + 2));
        bool negative = Sign();
        plan[at] = new(top, negative, true);
        int other = at == 0 ? k - 1 : 0;
        int form = random.Below(3);
        if (form == 0 && other != at)
        {
            plan[other] = new(top, !negative, true);
        }

        return terms.Build(kind, plan, form == 1 ? terms.Addend(top, !negative, true) : Addend(top - f - 2, top - f + 1));
    }

    private DotQuestion Cancelling(int k, int f)
    {
        int top = Top(f);
        PlannedTerm?[] plan = Plan(k, _ => null);
        for (int i = 0; i + 1 < k; i += 2)
        {
            int exponent = top - random.Below(f + 2);
            bool negative = Sign();
            plan[i] = new(exponent, negative, true);
            plan[i + 1] = new(exponent, !negative, true);
        }

        plan[random.Below(k)] = Random(top - f - 2, top);
        return terms.Build("cancel", plan, random.Below(3) == 0 ? 0 : Addend(top - f - 2, top - f + 3));
    }

    private DotQuestion AccumulatorDominant(int k, int f)
    {
        int c = Math.Min(terms.Least + terms.ScaleRange.Least + f + random.Below(20), shape.Output.EMax - 2);
        c = random.Below(3) == 0 ? c : Math.Clamp(f + random.Below(3) - 2, -100, shape.Output.EMax - 2);
        bool sameSign = random.Below(2) == 0;
        bool negative = Sign();
        return terms.Build(
            "accumulator-dominant",
            Plan(
                k,
                _ => Random(c - f - 2, c - f + 2) is { } term && sameSign
                    ? term with { Negative = negative }
                    : Random(c - f - 2, c - f + 2)),
            terms.Addend(c, Sign(), random.Below(2) == 0));
    }

    private DotQuestion AccumulatorSmall(int k, int f)
    {
        int top = Top(f);
        PlannedTerm?[] plan = Plan(k, _ => random.Below(2) == 0 ? null : Random(top - 3, top - 1));
        bool negative = Sign();
        plan[0] = new(top, negative, true);
        if (k > 1)
        {
            plan[1] = new(top, !negative, true);
        }

        if (random.Below(2) == 0)
        {
            // Nothing but c is left, and only if it was kept.
            plan = [.. plan.Select((term, i) => i < 2 ? term : null)];
        }

        return terms.Build("accumulator-small", plan, Addend(top - f - 2, top - f + 2));
    }

    /// <summary>
    /// A large product at one step's edge and its negative at another's: what is left says which small ones were added with them,
    /// before or after.
    /// </summary>
    private DotQuestion StepOrder(int k, int f)
    {
        int top = Top(f);
        bool negative = Sign();
        PlannedTerm?[] plan = Plan(
            k,
            _ => random.Below(3) == 0 ? new(top - f - 1, Sign(), true) : new PlannedTerm(top - f - 2 + random.Below(4), negative, false));
        int l = ls[random.Below(ls.Length)];
        int i = Math.Clamp((l * random.Below(Math.Max(1, k / l))) + random.Below(2), 0, k - 1);
        int j = Math.Clamp((l * (1 + random.Below(Math.Max(1, k / l)))) - 1 + random.Below(2), 0, k - 1);
        plan[i] = new(top, negative, true);
        if (i != j)
        {
            plan[j] = new(top, !negative, true);
        }

        return terms.Build("step-order", plan, random.Below(2) == 0 ? 0 : Addend(top - f - 1, top - f + 1));
    }

    /// <summary>Terms of like size and sign: the sum has more bits than the output, ties among them.</summary>
    private DotQuestion SumRounding(int k)
    {
        bool negative = Sign();
        bool powers = random.Below(2) == 0;
        PlannedTerm?[] plan = Plan(k, i => i < 3 || !powers ? new PlannedTerm(random.Below(3), negative, powers) : null);
        uint c = terms.Addend(random.Below(2), negative, false);
        return terms.Build("sum-rounding", plan, powers ? c ^ (uint)random.Below(8) : c);
    }

    /// <summary>
    /// Products so small that a zero beside them has the largest exponent. A sum at the output's least number less something, or at the
    /// tie below it and something, shows whether that something was above 2^(e_zero - F): the one to a truncating output, the other
    /// to one that rounds to nearest.
    /// </summary>
    private DotQuestion AroundEZero(int k, int f)
    {
        int eZero = eZeros[random.Below(eZeros.Length)];
        int least = shape.Output.EMin - shape.Output.MantissaBits;
        bool negative = Sign();
        bool tie = random.Below(2) == 0;
        PlannedTerm?[] plan = Plan(k, _ => null);
        plan[0] = new(tie ? least - 1 : least, negative, true);
        if (k > 1)
        {
            plan[1 + random.Below(k - 1)] = new(eZero - f - random.Below(2), tie ? negative : !negative, true);
        }

        if (random.Below(4) == 0)
        {
            plan = [.. plan.Select(term => term ?? (random.Below(2) == 0 ? Random(eZero - f - 1, eZero - f + 4) : null))];
        }

        return terms.Build(
            "e-zero",
            plan,
            random.Below(8) == 0 ? terms.Addend(least, Sign(), true) : Sign() && shape.Output.HasNegativeZero ? shape.Output.SignMask : 0);
    }

    private DotQuestion Subnormal(int k)
    {
        int emin = shape.Output.EMin;
        int low = random.Below(3) == 0 ? terms.Least : emin - shape.Output.MantissaBits - 2;
        return terms.Build(
            "subnormal",
            Plan(k, _ => random.Below(3) == 0 ? null : Random(low, Math.Max(low, emin - 1) + 1)),
            random.Below(2) == 0 ? 0 : Addend(emin - shape.Output.MantissaBits, emin));
    }

    /// <summary>
    /// The least normal number less an eighth to a whole of the last place below it: what rounds up to it is no subnormal to flush.
    /// </summary>
    private DotQuestion LeastNormal(int k)
    {
        int emin = shape.Output.EMin;
        bool negative = Sign();
        PlannedTerm?[] plan = Plan(k, _ => null);
        plan[random.Below(k)] = new(emin - shape.Output.MantissaBits - random.Below(4), !negative, true);
        return terms.Build("least-normal", plan, terms.Addend(emin, negative, isPower: true));
    }

    /// <summary>Less than zero by a part of the least normal number: what flushes it keeps the sign, until a zero is added.</summary>
    private DotQuestion NegativeSubnormal(int k)
    {
        int emin = shape.Output.EMin;
        PlannedTerm?[] plan = Plan(k, _ => null);
        plan[random.Below(k)] = new(emin, Negative: false, IsPower: true);
        return terms.Build("negative-subnormal", plan, terms.Addend(emin, negative: true, isPower: false));
    }

    /// <summary>
    /// A product that the output cannot hold, and others or c that bring the sum back: infinite where it is rounded alone.
    /// </summary>
    private DotQuestion ProductOverflow(int k)
    {
        int emax = shape.Output.EMax;
        bool negative = Sign();
        PlannedTerm?[] plan = Plan(k, _ => null);
        plan[0] = new(emax + 1, negative, random.Below(3) > 0);
        plan[k - 1] = k > 1 ? new(emax, !negative, true) : plan[0];
        return terms.Build("product-overflow", plan, terms.Addend(emax - random.Below(2), !negative, isPower: true));
    }

    /// <summary>A power of two, half of its last place, and a term F places below it: the tie is none where that is kept.</summary>
    private DotQuestion Sticky(int k, int f)
    {
        int top = random.Below(8);
        bool negative = Sign();
        PlannedTerm?[] plan = Plan(k, _ => null);
        plan[0] = new(top - shape.Output.MantissaBits - 1, negative, true);
        plan[k - 1] = new(top - f, negative, true);
        return terms.Build("sticky", plan, terms.Addend(top, negative, isPower: true));
    }

    /// <summary>Sums at and beyond the largest number; in a truncating unit the last place decides.</summary>
    private DotQuestion Overflow(int k)
    {
        int emax = shape.Output.EMax;
        bool negative = Sign();
        int count = 1 + random.Below(4);
        PlannedTerm?[] plan = Plan(
            k,
            i => i < count
                ? new PlannedTerm(emax - random.Below(3), random.Below(6) == 0 ? !negative : negative, random.Below(2) == 0)
                : random.Below(4) == 0
                ? Random(emax - 30, emax - shape.Output.MantissaBits)
                : null);
        uint max = shape.Output.MaxMagnitude | (negative ? shape.Output.SignMask : 0);
        return terms.Build(
            "overflow", plan, random.Below(3) switch { 0 => max, 1 => max - (uint)random.Below(4), _ => Addend(emax - 2, emax) });
    }

    private DotQuestion Specials(string kind, int k, int count)
    {
        DotQuestion question = terms.Build(kind, Plan(k, _ => random.Below(6) == 0 ? null : Random(-6, 6)), Addend(-4, 6));
        for (int n = 0; n < count; n++)
        {
            bool isB = Sign();
            ElementFormat format = isB ? shape.B : shape.A;
            bool infinity = kind == "infinity" || (kind != "nan" && random.Below(3) > 0);
            uint? code = (infinity, format.HasInfinity, format.HasNaN) switch
            {
                (true, true, _) => format.MaxMagnitude + 1,
                (false, _, true) => format.CanonicalNaN,
                _ => null,
            };
            if (code is null || random.Below(4) == 0)
            {
                uint special = infinity
                    ? shape.Output.MaxMagnitude + 1
                    : shape.Output.MaxMagnitude + 1 + (uint)(1 + random.Below(1 << (shape.Output.MantissaBits - 1)));
                question = question with { C = special | (Sign() ? shape.Output.SignMask : 0) };
            }
            else
            {
                int at = random.Below(k);
                uint sign = Sign() && format.Specials != SpecialValues.NanAtNegativeZero ? format.SignMask : 0;
                (isB ? question.B : question.A)[at] = code.Value | sign;
                if (kind == "special-elements" && random.Below(3) == 0)
                {
                    (isB ? question.A : question.B)[at] = 0;
                }
            }
        }

        return question;
    }

    private DotQuestion Zeros(int k)
    {
        DotQuestion question = terms.Build(
            "zero",
            Plan(k, _ => null),
            Sign()
                ? shape.Output.SignMask
                : random.Below(3) == 0
                ? terms.Addend(shape.Output.EMin - shape.Output.MantissaBits, Sign(), true)
                : 0);
        if (Sign() && shape.A.HasNegativeZero)
        {
            // Every product -0.
            Array.Fill(question.A, shape.A.SignMask);
            Array.Fill(question.B, new FormatCodes(shape.B).Power(0, negative: false));
        }

        return question;
    }

    private DotQuestion MaxValues(int k)
    {
        DotQuestion question = terms.Build(
            "max-values", Plan(k, _ => new PlannedTerm(terms.Greatest, false, true)), Addend(terms.Greatest - 2, terms.Greatest + 4));
        bool alternate = Sign();
        for (int i = 0; i < k; i++)
        {
            question.A[i] = Max(shape.A, alternate && i % 2 == 1);
            question.B[i] = Max(shape.B, random.Below(8) == 0);
        }

        return question;

        static uint Max(ElementFormat format, bool negative)
            => format.Encoding == ElementEncoding.TwosComplement
                ? (negative ? (uint)-(int)format.MaxMagnitude & format.CodeMask : format.MaxMagnitude)
                : format.MaxMagnitude | (negative ? format.SignMask : 0);
    }

    private DotQuestion Scales(string kind, int k)
    {
        DotQuestion question = terms.Build(kind, Plan(k, _ => random.Below(5) == 0 ? null : Random(-4, 4)), Addend(-6, 6));
        byte[] scales = Sign() ? question.ScalesA : question.ScalesB;
        byte[] others = scales == question.ScalesA ? question.ScalesB : question.ScalesA;
        ElementFormat? number = shape.Scale!.Format.Element;
        bool isExponent = number is null;
        int at = random.Below(scales.Length);
        scales[at] = kind switch
        {
            "scale-00" => 0x00,
            "scale-max" => (byte)(number?.MaxMagnitude ?? ScaleFormat.E8M0NaN - 1u),

            // UE4M3 ignores its sign bit: its NaN has two codes.
            "scale-ff" => number is not { Encoding: ElementEncoding.Unsigned } || Sign() ? (byte)0xFF : (byte)number.CanonicalNaN,
            _ => (byte)(scales[at] | number!.SignMask),
        };

        // The other scale brings the block back into range, or leaves it at the end of it.
        others[at] = (kind, isExponent, random.Below(3)) switch
        {
            ("scale-00", true, > 0) => (byte)(0xFE - random.Below(6)),
            ("scale-00", true, _) => (byte)random.Below(120),
            ("scale-max", true, > 0) => (byte)random.Below(6),
            ("scale-max", true, _) => (byte)(120 + random.Below(8)),
            _ => others[at],
        };
        return question;
    }

    /// <summary>The binade of a dominant product that leaves room for F places below it.</summary>
    private int Top(int f)
    {
        int low = Math.Max(terms.Least + terms.ScaleRange.Least + f + 2, shape.Output.EMin - shape.Output.MantissaBits + f);
        int high = Math.Min(terms.Greatest + Math.Min(terms.ScaleRange.Greatest, 40), shape.Output.EMax - 3);
        low = Math.Max(low, -40);
        return high <= low ? high : low + random.Below(Math.Min(high - low + 1, 24));
    }

    private static PlannedTerm?[] Plan(int k, Func<int, PlannedTerm?> term) => [.. Enumerable.Range(0, k).Select(term)];

    private PlannedTerm? Random(int low, int high) => new(low + random.Below(high - low + 1), Sign(), false);

    private uint Addend(int low, int high) => terms.Addend(low + random.Below(high - low + 1), Sign(), random.Below(3) == 0);

    private bool Sign() => (random.Next() & 1) != 0;
}
