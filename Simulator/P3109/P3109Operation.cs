using System.Collections.Immutable;
using System.Globalization;
using Mxact.Simulator.P3109;

namespace Mxact;

/// <summary>An operand or a result of a P3109 operation: one code, or those of a block's elements.</summary>
public sealed class P3109Slot
{
    internal P3109Slot(string name, P3109Format? format, int count, int digits, int randomBits)
        => (Name, Format, Count, Digits, RandomBits) = (name, format, count, digits, randomBits);

    /// <summary>What the draft calls it: x, y, z, s, r.</summary>
    public string Name { get; }

    /// <summary>Its format; null of a Boolean (1 or 0) and of an integer, which a format query answers.</summary>
    public P3109Format? Format { get; }

    /// <summary>How many codes it has: 1, or the block size.</summary>
    public int Count { get; }

    /// <summary>Hexadecimal digits of one code: as the format has, 1 of a Boolean, 4 of an integer.</summary>
    public int Digits { get; }

    /// <summary>N of the stochastic mode that projects this result, one R a code; otherwise 0.</summary>
    public int RandomBits { get; }
}

/// <summary>
/// An operation of the IEEE P3109 draft v4.0 with all its parameters, what the draft calls an operation specialization:
/// <c>Add&lt;Binary8p4se,Binary8p3se,binary32,(NearestTiesToEven,SatNone)&gt;</c>.
/// </summary>
public sealed class P3109Operation
{
    /// <summary>The most elements of a block.</summary>
    public const int MostElements = 4096;

    private const string Size = "B";

    private readonly OperationRow row;
    private readonly Dictionary<string, object> parameters;

    private P3109Operation(OperationRow row, Dictionary<string, object> parameters)
    {
        this.row = row;
        this.parameters = parameters;
        Operands = Slots(row.Operands);
        Results = Slots(row.Results);
        Random = [.. Results.Where(slot => slot.RandomBits > 0).SelectMany(slot => Enumerable.Repeat(slot.RandomBits, slot.Count))];
        Name = $"{row.Name}<{string.Join(',', row.ParameterNames.Select(name => parameters[name]))}>";
    }

    /// <summary>The operations, each as it is written: <c>Add&lt;fx,fy,fr,rho&gt;</c>.</summary>
    public static ImmutableArray<string> Forms { get; } = [.. OperationTable.Rows.Select(row => row.Form)];

    /// <summary>Its name with every parameter, without blanks.</summary>
    public string Name { get; }

    /// <summary>Its operands, in order.</summary>
    public ImmutableArray<P3109Slot> Operands { get; }

    /// <summary>Its results, in order.</summary>
    public ImmutableArray<P3109Slot> Results { get; }

    /// <summary>N of each stochastic projection, in the order of the results; empty where no mode is stochastic.</summary>
    /// <remarks>That each element of a block has an R of its own is this project's choice: the draft's text leaves it open.</remarks>
    public ImmutableArray<int> Random { get; }

    /// <summary>Reads an operation's name.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is wrong with it.</exception>
    public static P3109Operation Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Named(name);
        }
        catch (ArgumentException refusal)
        {
            throw new ArgumentException(refusal.Message, nameof(name), refusal);
        }
    }

    /// <summary>As <see cref="Parse"/>, the message without the parameter's name.</summary>
    internal static P3109Operation Named(string name)
    {
        int open = name.IndexOf('<', StringComparison.Ordinal);
        OperationRow? row = OperationTable.Rows.FirstOrDefault(r => r.Name == (open < 0 ? name : name[..open]));
        if (row is null)
        {
            string shown = open < 0 ? name : name[..open];
            string[] near = [.. NearbyNames.Fewest(shown, [.. OperationTable.Rows.Select(r => r.Name)])];
            throw new ArgumentException($"'{Names.Short(shown)}' is no operation of P3109 that is done here"
                + (near.Length is > 0 and < 4 ? $"; did you mean {string.Join(" or ", near)}?" : "; see 'mxact p3109'"));
        }

        string[] given = open > 0 && name.EndsWith('>') ? Split(name[(open + 1)..^1]) : [];
        if (given.Length != row.ParameterNames.Length)
        {
            throw new ArgumentException($"{row.Name} is written {row.Form}");
        }

        Dictionary<string, object> parameters = [];
        for (int i = 0; i < given.Length; i++)
        {
            parameters.Add(row.ParameterNames[i], Parameter(row.ParameterNames[i], given[i]));
        }

        return new(row, parameters);
    }

    /// <summary>The codes of the results, in order.</summary>
    /// <param name="operands">The codes of the operands, in order, a block's elements one after the other.</param>
    /// <param name="random">R of each stochastic projection, as <see cref="Random"/> counts them; otherwise nothing.</param>
    /// <exception cref="ArgumentException">Not as many codes or R as there are, or one with bits above its width.</exception>
    public uint[] Compute(ReadOnlySpan<uint> operands, ReadOnlySpan<uint> random = default)
    {
        if (OperandRefusal(operands) is { } operandRefusal)
        {
            throw new ArgumentException(operandRefusal, nameof(operands));
        }

        if (RandomRefusal(random) is { } randomRefusal)
        {
            throw new ArgumentException(randomRefusal, nameof(random));
        }

        return row.Compute(new(this, operands.ToArray(), random.ToArray()));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>One line that says what is wrong with operands, or null.</summary>
    internal string? OperandRefusal(ReadOnlySpan<uint> operands)
    {
        int count = Operands.Sum(slot => slot.Count);
        if (operands.Length != count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{row.Name} takes {count} codes, not {operands.Length}");
        }

        foreach (P3109Slot slot in Operands)
        {
            foreach (uint code in operands[..slot.Count])
            {
                if ((code & ~slot.Format!.CodeMask) != 0)
                {
                    return string.Create(CultureInfo.InvariantCulture,
                        $"{slot.Name} is a code of {slot.Format.Bits} bits; {code:x} has more");
                }
            }

            operands = operands[slot.Count..];
        }

        return null;
    }

    /// <summary>One line that says what is wrong with the R of stochastic projections, or null.</summary>
    internal string? RandomRefusal(ReadOnlySpan<uint> random)
    {
        if (random.Length != Random.Length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{row.Name} takes {Random.Length} R here, not {random.Length}");
        }

        for (int i = 0; i < random.Length; i++)
        {
            if ((ulong)random[i] >> Random[i] != 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"R is a number of {Random[i]} bits; {random[i]:x} has more");
            }
        }

        return null;
    }

    /// <summary>The format that a parameter is.</summary>
    internal P3109Format FormatOf(string parameter) => (P3109Format)parameters[parameter];

    /// <summary>The projection that a parameter is.</summary>
    internal P3109Projection ProjectionOf(string parameter) => (P3109Projection)parameters[parameter];

    /// <summary>x:fx s:fs*B, each with its parameters' values.</summary>
    private ImmutableArray<P3109Slot> Slots(string text)
    {
        ImmutableArray<P3109Slot>.Builder slots = ImmutableArray.CreateBuilder<P3109Slot>();
        foreach (string[] parts in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(slot => slot.Split(':', '*')))
        {
            P3109Format? format = parameters.TryGetValue(parts[1], out object? value) ? (P3109Format)value : null;
            object? projection = parameters.GetValueOrDefault(parts[0] switch { "r" => "rho", "s" => "rhos", _ => "" });
            slots.Add(new(parts[0], format, parts.Length > 2 ? (int)parameters[Size] : 1,
                format?.HexDigits ?? (parts[1] == "Boolean" ? 1 : 4), (projection as P3109Projection?)?.Rounding.RandomBits ?? 0));
        }

        return slots.ToImmutable();
    }

    private static object Parameter(string parameter, string text) => parameter[0] switch
    {
        'B' => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MostElements
            && text[0] != '0' ? count
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{parameter}: '{Names.Short(text)}' is no block size: a number from 1 to {MostElements}")),
        'r' => P3109Projection.TryParse(text, out P3109Projection projection) ? projection
            : throw new ArgumentException($"{parameter}: {P3109Projection.Unknown(text)}"),
        _ => P3109Format.TryParse(text, out P3109Format? format) ? format
            : throw new ArgumentException($"{parameter}: {P3109Format.Unknown(text)}"),
    };

    /// <summary>At the commas outside of brackets.</summary>
    private static string[] Split(string text)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        return [.. parts, text[start..]];
    }
}
