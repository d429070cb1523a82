using System.Collections.Immutable;
using System.CommandLine;
using System.IO.Enumeration;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Cli.Commands;

/// <summary>The options that say which tensors of a file are meant and how their blocks run, shared by compare and convert.</summary>
internal sealed class TensorOptions
{
    private const int MostNamed = 5;

    private readonly Option<string[]> tensor = new("--tensor")
    {
        Description = "take the tensors of this name, beginning or pattern (* "
        + "and ?) alone; repeatable",
        HelpName = "name",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string[]> skip = new("--skip")
    {
        Description = "leave such tensors out; repeatable",
        HelpName = "name",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string> axis = new("--axis")
    {
        Description = "blocks run along 'rows' (the last axis of any tensor) or "
        + "along 'columns' (the first axis of a matrix)",
        HelpName = "axis",
        DefaultValueFactory = _ => "rows"
    };
    private readonly Option<string?> seed = new("--seed")
    {
        Description = "seed of a stochastic rounding's bits, hexadecimal; needed "
        + "there, for another seed gives other codes",
        HelpName = "hex"
    };
    private readonly Option<bool> raw = new("--raw")
    {
        Description = "read the file as binary32 numbers, little-endian, whatever its "
        + "name (.bin, .f32 and .raw are read so anyway)"
    };

    private readonly Option<string?> nameless = new("--as")
    {
        Description = "what the elements of a .npy file are whose type NumPy had no name for ('|V1', as ml_dtypes saves): e4m3, e5m2, "
        + "e4m3fnuz, e5m2fnuz or bf16",
        HelpName = "element"
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[axis, tensor, skip, seed, raw, nameless])
        {
            command.Add(option);
        }
    }

    /// <summary>Those alone that say which tensors are meant and how a file is read: nothing is converted.</summary>
    public void AddSelectionTo(Command command)
    {
        foreach (Option option in (Option[])[tensor, skip, raw, nameless])
        {
            command.Add(option);
        }
    }

    public Checkpoint Open(ParseResult parsed, string path) => Checkpoint.Open(path, parsed.GetValue(raw),
        parsed.GetValue(nameless) is { } name ? TensorTypes.RequireNameless(name) : null);

    public BlockAxis Axis(ParseResult parsed) => BlockAxes.Require(parsed.GetValue(axis));

    /// <summary>The seed of the random bits that was given, or null.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(seed) is { } text ? Selection.SeedOf(text) : null;

    /// <summary>The tensors that are meant.</summary>
    /// <exception cref="UsageException">A name fits none, or none is left.</exception>
    public ImmutableArray<TensorInfo> Of(ParseResult parsed, Checkpoint file)
    {
        string[] taken = parsed.GetValue(tensor) ?? [];
        string[] skipped = parsed.GetValue(skip) ?? [];
        if (taken.Concat(skipped).FirstOrDefault(name => !file.Tensors.Any(t => Fits(t, name))) is string stray)
        {
            throw new UsageException($"{file.Path}: no tensor is called '{TensorInfo.Shown(stray)}'; there are {Named(file.Tensors)}");
        }

        ImmutableArray<TensorInfo> selected = [.. file.Tensors.Where(t => (taken.Length == 0 || taken.Any(name => Fits(t, name)))
            && !skipped.Any(name => Fits(t, name)))];
        return selected.IsEmpty ? throw new UsageException($"{file.Path}: no tensor is selected; there are {Named(file.Tensors)}")
            : selected;
    }

    /// <summary>A few names and how many more there are.</summary>
    public static string Named(IReadOnlyCollection<TensorInfo> tensors)
        => tensors.Count == 0 ? "none"
            : string.Join(", ", tensors.Take(MostNamed).Select(t => t.ShownName)) + (tensors.Count > MostNamed
            ? $" and {tensors.Count - MostNamed} more" : "");

    private static bool Fits(TensorInfo tensor, string name) => name.AsSpan().ContainsAny('*', '?')
        ? FileSystemName.MatchesSimpleExpression(name, tensor.Name, ignoreCase: false)
        : tensor.Name.StartsWith(name, StringComparison.Ordinal);
}
