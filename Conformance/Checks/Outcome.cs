using Mxact.Conformance.Adapters;
using Mxact.Conformance.Randomness;
using Mxact.Shell;

namespace Mxact.Conformance.Checks;

/// <summary>A failure of which no more is kept than a list of all needs: it is not explained.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Got">What was answered, cut short where it is long.</param>
internal readonly record struct FailedRow(string Id, string Expected, string Got);

/// <summary>Rows of one operation and format.</summary>
internal sealed class Group(string name)
{
    private readonly int[] counts = new int[Enum.GetValues<Verdict>().Length];

    /// <summary>Operation and formats.</summary>
    public string Name => name;

    /// <summary>Rows with a verdict.</summary>
    public int this[Verdict verdict] => counts[(int)verdict];

    /// <summary>All rows.</summary>
    public int Rows => counts.Sum();

    /// <summary>Failures kept to be explained: the first of each kind of case, and others evenly spread.</summary>
    public List<Judged> Failures { get; } = [];

    /// <summary>The failures beside those, so that a list names every failed row of what is committed.</summary>
    public List<FailedRow> Further { get; } = [];

    /// <summary>Failures that neither list has any more: more than any memory should hold.</summary>
    public int Unlisted => this[Verdict.Fail] + this[Verdict.KernelFailed] - Failures.Count - Further.Count;

    /// <summary>Passes kept to test explanations against, evenly spread over the group.</summary>
    public List<Judged> Passes { get; } = [];

    /// <summary>Known departures kept to be shown, the first ones.</summary>
    public List<Judged> Departures { get; } = [];

    public void Add(Judged judged)
    {
        counts[(int)judged.Verdict]++;

        // What bits of the kernel's own decided says nothing of the bits that were supplied: no cause is held against it.
        if (judged.Verdict == Verdict.Pass && !Vectors.Expectation.IsEither(judged.Expected) && this[Verdict.Pass] % passStride == 0)
        {
            Passes.Add(judged);
            if (Passes.Count > MostPassesKept)
            {
                // Twice as sparse from here on, what is kept included.
                passStride *= 2;
                for (int i = 0; i < Passes.Count; i++)
                {
                    Passes.RemoveAt(i);
                }
            }
        }

        if (judged.Verdict == Verdict.KnownDeparture && Departures.Count < MostFailuresKept)
        {
            Departures.Add(judged);
        }

        if (judged.Verdict is Verdict.Fail or Verdict.KernelFailed)
        {
            Keep(judged);
        }
    }

    /// <summary>The first failures of each kind of case whatever their number, then ever sparser ones: no kind is missed.</summary>
    private void Keep(Judged judged)
    {
        string kind = $"{judged.Row.Flags} {judged.Row.Choices}";
        int ofKind = kinds.GetValueOrDefault(kind);
        kinds[kind] = ofKind + 1;
        int failure = this[Verdict.Fail] + this[Verdict.KernelFailed];
        if (ofKind >= MostOfKindKept && failure % failureStride != 0)
        {
            KeepShort(judged);
            return;
        }

        Failures.Add(judged);
        if (Failures.Count > MostFailuresKept)
        {
            failureStride *= 2;
            Dictionary<string, int> seen = [];
            int place = 0;
            Failures.RemoveAll(kept =>
            {
                string own = $"{kept.Row.Flags} {kept.Row.Choices}";
                seen[own] = seen.GetValueOrDefault(own) + 1;
                bool leaves = seen[own] > MostOfKindKept && place++ % 2 == 1;
                if (leaves)
                {
                    KeepShort(kept);
                }

                return leaves;
            });
        }
    }

    private void KeepShort(Judged judged)
    {
        if (Further.Count < MostFurtherKept)
        {
            Further.Add(new(judged.Row.Id, judged.Expected, Shell.Printable.Short(judged.Reply.Text, MostLettersKept)));
        }
    }

    /// <summary>Enough to tell variants apart, few enough for any memory.</summary>
    private const int MostFailuresKept = 5000;

    /// <summary>More than any operation and format has committed rows.</summary>
    private const int MostFurtherKept = 20_000;

    private const int MostLettersKept = 600;

    private const int MostPassesKept = 4000;

    private const int MostOfKindKept = 4;

    private readonly Dictionary<string, int> kinds = new(StringComparer.Ordinal);

    private int failureStride = 1;

    private int passStride = 1;
}

/// <summary>What a run found.</summary>
internal sealed class Outcome(string kernel, string declaration, Selection selection)
{
    private readonly Dictionary<string, Group> byName = [];

    /// <summary>How the kernel was named.</summary>
    public string Kernel => kernel;

    /// <summary>What it declares.</summary>
    public string Declaration => declaration;

    /// <summary>What it was asked.</summary>
    public Selection Selection => selection;

    /// <summary>Groups in the order in which they were met.</summary>
    public List<Group> Groups { get; } = [];

    /// <summary>Negative controls made and wrongly accepted.</summary>
    public int ControlsMade { get; set; }

    /// <inheritdoc cref="ControlsMade"/>
    public int ControlsAccepted { get; set; }

    /// <summary>True when the user stopped the run.</summary>
    public bool Interrupted { get; set; }

    /// <summary>The departures the kernel is known for, or null where none are given.</summary>
    public KnownDepartures? Known { get; init; }

    /// <summary>True when the run ended before its last row.</summary>
    public bool StoppedEarly { get; set; }

    /// <summary>What went wrong with the kernel beside its answers: any of it is a finding.</summary>
    public IReadOnlyList<Incident> Incidents { get; set; } = [];

    /// <summary>Rows that were asked, and answered, a second time.</summary>
    public int AskedAgain { get; set; }

    /// <summary>What was found of the kernel's own random bits; null where it was not said to have any.</summary>
    public RandomBitsOutcome? RandomBits { get; set; }

    /// <summary>What one and the same answer to everything would pass.</summary>
    public ConstantAnswer Constant { get; } = new();

    /// <summary>Why the answers could not all be read, or null: then nothing is said of the kernel as a whole.</summary>
    public string? Problem { get; set; }

    public int this[Verdict verdict] => Groups.Sum(g => g[verdict]);

    public void Add(Judged judged)
    {
        string name = GroupOf(judged);
        if (!byName.TryGetValue(name, out Group? group))
        {
            group = new(name);
            byName.Add(name, group);
            Groups.Add(group);
        }

        group.Add(judged);
        Constant.Add(judged);
    }

    /// <summary>The name of a row's operation and formats.</summary>
    public static string GroupOf(Judged judged) => $"{Names.Of(judged.Row.Operation)} {judged.Row.Formats}";

    /// <summary>
    /// One of <see cref="ExitCodes"/>. A harness whose negative control is accepted proves nothing of the kernel: that is a bug of this
    /// program.
    /// </summary>
    public int ExitCode => ControlsAccepted > 0 ? ExitCodes.Bug
        : Interrupted ? ExitCodes.Interrupted
        : Problem is not null ? ExitCodes.BadInput
        : this[Verdict.KernelFailed] + this[Verdict.NotAsked] > 0 ? ExitCodes.KernelFailed
        : this[Verdict.Fail] > 0 || Incidents.Count > 0 || RandomBits?.Findings.Count > 0 || Known?.Vanished.Count > 0
            || this[Verdict.Pass] + this[Verdict.DeclaredVariant] == 0
            ? ExitCodes.Mismatches
        : ExitCodes.Success;
}
