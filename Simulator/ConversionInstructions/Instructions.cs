using System.Collections.Immutable;
using Mxact.Simulator.ConversionInstructions;

namespace Mxact;

/// <summary>The conversion instructions of machines.</summary>
public static class Instructions
{
    private const int MostLetters = 256;

    /// <summary>
    /// Every instruction with a row in the table. PTX's scalar conversions between integers, binary16, bfloat16, binary32 and binary64 are
    /// hundreds: those with captured rows are here, and <see cref="Parse"/> reads all of them.
    /// </summary>
    public static ImmutableArray<Instruction> All => Table.Value;

    private static readonly ImmutableArray<InstructionSet> Sets
        = [AmdConversions.Set, IntelConversions.Set, ArmConversions.Set, RiscVConversions.Set];

    private static readonly Lazy<ImmutableArray<Instruction>> Table = new(() =>
    [
        .. ((IEnumerable<Instruction>)
        [
            .. PtxConversions.Narrow(), .. RecordedInstructions.Names.Select(Parse), .. Sets.SelectMany(set => set.Listed).Select(Parse),
        ])
            .DistinctBy(instruction => instruction.Name),
    ]);

    /// <summary>
    /// The instruction of that name. A PTX name may have its modifiers in any order; options follow a colon:
    /// <c>cvt.rs.satfinite.e2m1x4.f32:bits=8</c>. Case does not matter.
    /// </summary>
    /// <param name="name">The mnemonic, with its options.</param>
    /// <exception cref="ArgumentException">There is none, or an option is not allowed; the line says what is.</exception>
    public static Instruction Parse(string name)
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

    /// <summary>The same, its refusal being a line for a user who typed the name.</summary>
    internal static Instruction Named(string name)
    {
        if (name.Length > MostLetters)
        {
            throw new ArgumentException($"an instruction's name has at most {MostLetters} letters, not {name.Length}");
        }

        string normal = name.Trim().ToLowerInvariant();

        // A colon begins the options; the two of scaled::n2::ue8m0 do not.
        string joined = normal.Replace("::", "\n", StringComparison.Ordinal);
        int colon = joined.IndexOf(':', StringComparison.Ordinal);
        string mnemonic = (colon < 0 ? joined : joined[..colon]).Replace("\n", "::", StringComparison.Ordinal);
        InstructionOptions options = new(colon < 0 ? "" : joined[(colon + 1)..]);
        return mnemonic == PtxName.Mnemonic || mnemonic.StartsWith($"{PtxName.Mnemonic}.", StringComparison.Ordinal)
                ? PtxConversions.Parse(mnemonic, options)
            : Sets.FirstOrDefault(set => set.Mnemonics.Contains(mnemonic)) is { } found ? found.Parse(mnemonic, options)
            : throw new ArgumentException(Missing(name, mnemonic));
    }

    private static string Missing(string name, string mnemonic)
    {
        string[] near = NearbyNames.Fewest(mnemonic, [.. Sets.SelectMany(set => set.Mnemonics)]);
        return $"no instruction is called '{name}'{(near.Length > 0 ? $"; near it: {string.Join(", ", near)}" : "")}; "
            + "'mxact instructions' lists them";
    }
}
