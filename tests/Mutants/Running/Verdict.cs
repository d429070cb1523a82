using Mxact.Mutants.Processes;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>What became of a mutant.</summary>
/// <param name="Result"><c>killed</c>, <c>timeout</c> or <c>survived</c>.</param>
/// <param name="By">The test that failed, or why none could.</param>
internal sealed record Verdict(string Result, string By)
{
    private const double FirstBatch = 8;

    private const double Batch = 60;

    /// <summary>Runs the classes that reach a mutant, the likeliest first, until one fails twice.</summary>
    /// <param name="site">The mutant.</param>
    /// <param name="shop">The mutated tree.</param>
    /// <param name="coverage">Which classes reach it.</param>
    /// <param name="most">Seconds: slower classes are not asked.</param>
    public static Verdict On(Site site, Workshop shop, Coverage coverage, double most)
    {
        (TestClass Class, double Seconds)[] all = [.. coverage.Reaching(site)];
        (TestClass Class, double Seconds)[] reaching = [.. all.Where(one => one.Seconds <= most)];
        if (all.Length == 0)
        {
            return new(Results.Survived, "no test reaches it");
        }

        for (int from = 0; from < reaching.Length;)
        {
            (TestClass Class, double Seconds)[] batch = Take(reaching, from);
            if (Failing(site, shop, batch) is { } killed)
            {
                return killed;
            }

            from += batch.Length;
        }

        string slower = reaching.Length < all.Length ? $", and {all.Length - reaching.Length} slower ones that were not asked" : "";
        return new(Results.Survived, $"{reaching.Length} test classes reach it{slower}");
    }

    private static (TestClass Class, double Seconds)[] Take((TestClass Class, double Seconds)[] reaching, int from)
    {
        double budget = from == 0 ? FirstBatch : Batch, sum = 0;
        return [.. reaching.Skip(from).TakeWhile((next, index)
            => next.Class.Room == reaching[from].Class.Room && ((sum += next.Seconds) <= budget || index == 0))];
    }

    private static Verdict? Failing(Site site, Workshop shop, (TestClass Class, double Seconds)[] batch)
    {
        string room = batch[0].Class.Room;
        TimeSpan limit = TimeSpan.FromSeconds(Math.Min(240, 20 + (4 * batch.Sum(one => one.Seconds))));
        string[] names = [.. batch.Select(one => one.Class.Name)];
        Ran ran = TestRun.Of(shop, room, TestRun.Classes(names), limit, site.Id);
        if (ran.TimedOut && TestRun.Of(shop, room, TestRun.Classes(names), limit, mutant: null).TimedOut)
        {
            // The machine is busy: it is not the mutant that takes so long.
            return null;
        }

        if (ran.TimedOut)
        {
            return new("timeout", names.Length == 1 ? names[0] : $"{names[0]} and {names.Length - 1} more");
        }

        if (ran.ExitCode is 0 or 8)
        {
            return null;
        }

        // A test that fails now and then is no judge: it has to fail again, alone.
        string? test = TestRun.FirstFailure(ran.Output);
        Ran again = test is null
            ? TestRun.Of(shop, room, TestRun.Classes(names), limit, site.Id)
            : TestRun.Of(shop, room, ["--filter-method", test], limit, site.Id);
        return again.TimedOut || again.ExitCode is not (0 or 8)
            ? new("killed", test?.Replace($"Mxact.{room}.Tests.", string.Empty, StringComparison.Ordinal)
                ?? $"the run ends with {ran.ExitCode}")
            : null;
    }
}
