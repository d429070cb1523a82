using System.Globalization;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants;

/// <summary>What was asked on the command line.</summary>
internal sealed record Options
{
    /// <summary>The help text.</summary>
    public const string Help = """
        mutants: changes the production code at one place at a time and sees whether a test fails.

          --room ROOM     Spec, Simulator, Vectors, Conformance or Training
          --path PREFIX   only files whose path starts so
          --sample N      how many mutants, drawn by the seed (default 30)
          --seed N        (default 1)
          --out FILE      the table of results; a run goes on where it stopped
          --id N          one mutant alone
          --for SECONDS   start nothing new after this time
          --again         those of the table that survived, with the tests as they are now
          --by-hand       those of ByHand.csv, which no sample draws
          --quick SECONDS only test classes that take no longer judge
          --named TABLE   reference or accumulation: each mutant is a kernel, for the golden vectors to kill and the suite to name
          --list          the sites, and run nothing
          --self-test     the rewriter on a small program
        """;

    public string? Room { get; private set; }

    public string Path { get; private set; } = string.Empty;

    public int Sample { get; private set; } = 30;

    public int Seed { get; private set; } = 1;

    public string? Out { get; private set; }

    public int? Id { get; private set; }

    public double Seconds { get; private set; } = double.PositiveInfinity;

    public bool Again { get; private set; }

    public bool ByHand { get; private set; }

    public double Quick { get; private set; } = double.PositiveInfinity;

    public string? Named { get; private set; }

    public bool List { get; private set; }

    public bool SelfTest { get; private set; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="MutationException">One is unknown, or its value is no such thing.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        Options options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new MutationException($"{name} needs a value");
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number : throw new MutationException($"{name} {arguments[i]}: not a number");
            options = name switch
            {
                "--room" => options with { Room = Value() },
                "--path" => options with { Path = Value() },
                "--sample" => options with { Sample = Number() },
                "--seed" => options with { Seed = Number() },
                "--out" => options with { Out = Value() },
                "--id" => options with { Id = Number() },
                "--for" => options with { Seconds = Number() },
                "--again" => options with { Again = true, Sample = int.MaxValue },
                "--by-hand" => options with { ByHand = true, Sample = int.MaxValue },
                "--quick" => options with { Quick = Number() },
                "--named" => options with { Named = Value() },
                "--list" => options with { List = true },
                "--self-test" => options with { SelfTest = true },
                _ => throw new MutationException($"{name}: there is no such option\n{Help}"),
            };
        }

        if (options.Again && options.Out is null)
        {
            throw new MutationException("--again needs the table: --out FILE");
        }

        return options.Room is null || Rewriting.Room.All.Contains(options.Room, StringComparer.Ordinal)
            ? options
            : throw new MutationException($"--room {options.Room}: one of {string.Join(", ", Rewriting.Room.All)}");
    }
}
