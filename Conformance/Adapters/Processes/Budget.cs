using System.Diagnostics;
using System.Globalization;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>What a kernel may cost in one run. When it is spent, the rest is not asked.</summary>
internal sealed class Budget(TimeSpan total)
{
    /// <summary>Deaths and hangs, each counted once however often it is looked for.</summary>
    public const int MostDeaths = 20;

    /// <summary>Starts of the program, those that look for a culprit included.</summary>
    public const int MostStarts = 40;

    /// <summary>A start that answers more than this in order is not counted, whatever went before.</summary>
    private const int ManyRows = 10_000;

    private readonly Stopwatch clock = new();
    private int deaths;
    private int starts;
    private int counted;

    /// <summary>Starts in all.</summary>
    public int Starts => starts;

    /// <summary>Deaths and hangs.</summary>
    public int Deaths => deaths;

    /// <summary>What is left of the total time.</summary>
    public TimeSpan Left => total - clock.Elapsed;

    /// <summary>Why nothing more is asked, or null.</summary>
    /// <param name="forLast">Whether the request of the last death is to be asked alone, which belongs to that death.</param>
    public string? Spent(bool forLast)
        => deaths >= MostDeaths && !forLast ? $"not asked after {MostDeaths} deaths and hangs of the program"
            : counted >= MostStarts ? $"not asked after {MostStarts} starts of the program"
            : Left <= TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"not asked after {total.TotalSeconds:0.###} s in all")
            : null;

    /// <summary>The program is started once more.</summary>
    public void Start()
    {
        clock.Start();
        starts++;
        counted++;
    }

    /// <summary>It died or hung.</summary>
    public void Die() => deaths++;

    /// <summary>It did what it was started for. As long as nothing has gone wrong, that costs nothing.</summary>
    /// <param name="rows">How many rows it answered.</param>
    public void EndInOrder(int rows) => counted -= deaths == 0 || rows > ManyRows ? 1 : 0;
}
