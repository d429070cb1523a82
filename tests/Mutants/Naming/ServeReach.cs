using Mxact.Mutants.Running;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>
/// Which operations of the protocol pass a site, from one run of each with no mutant alive: rows of the others cannot differ, and a site
/// that none passes is no mutant of a kernel.
/// </summary>
internal sealed class ServeReach
{
    private readonly Dictionary<string, byte[]> maps = new(StringComparer.Ordinal);

    /// <summary>Reads what is known, and runs the rest.</summary>
    /// <exception cref="MutationException">The copy is not the reference even with no mutant alive.</exception>
    public static ServeReach Of(NamedTable table, Workshop shop, KernelJudge judge, TextWriter progress)
    {
        ServeReach reach = new();
        foreach (string operation in table.Operations)
        {
            string map = Path.Combine(shop.Coverage, operation + ".reached"), part = map + ".part";
            if (!File.Exists(map))
            {
                progress.WriteLine($"which places {operation} passes");
                File.WriteAllBytes(part, new byte[shop.Sites.Max(site => site.Id) + 1]);
                if (judge.Of(mutant: null, "standard", [operation], reached: part).ExitCode != 0)
                {
                    throw new MutationException($"{operation}: the copy fails with no mutant alive");
                }

                File.Move(part, map, overwrite: true);
            }

            reach.maps[operation] = File.ReadAllBytes(map);
        }

        return reach;
    }

    /// <summary>The operations that pass a site.</summary>
    public string[] Operations(Site site) => [.. maps.Where(map => map.Value[site.Id] != 0).Select(map => map.Key)];
}
