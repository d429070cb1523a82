using System.Collections.Immutable;
using System.Globalization;
using Mxact.Simulator.ConversionInstructions;

namespace Mxact;

/// <summary>A register of an instruction.</summary>
public sealed class InstructionRegister
{
    internal InstructionRegister(string name, int bits) => (Name, Bits) = (name, bits);

    /// <summary>The operand as the instruction's manual calls it, and its type: <c>a.f32</c>.</summary>
    public string Name { get; }

    /// <summary>Its width: 8 to 64.</summary>
    public int Bits { get; }

    /// <summary>Its hexadecimal digits.</summary>
    public int Digits => (Bits + 3) / 4;
}

/// <summary>
/// A conversion instruction of one machine, bit for bit: its registers, what it computes, and how surely that is known. An instruction of
/// a vector unit whose elements do not meet is one element of it.
/// </summary>
public sealed class Instruction
{
    private static readonly Dictionary<string, string> Vendors = new() { ["fp8"] = "e4m3", ["hf8"] = "e4m3", ["bf8"] = "e5m2" };

    private readonly IInstructionArithmetic arithmetic;

    internal Instruction(string name, IInstructionArithmetic arithmetic, ImmutableArray<InstructionRegister> sources,
        InstructionRegister destination, bool takesRandomWord, InstructionFacts facts)
    {
        Name = name;
        this.arithmetic = arithmetic;
        Sources = sources;
        Destination = destination;
        TakesRandomWord = takesRandomWord;
        Vendor = facts.Vendor;
        Hardware = facts.Hardware;
        RecordedRows = RecordedInstructions.RowsOf(facts.RecordedAs ?? name);
        Evidence = RecordedRows > 0 && facts.Recorded is { } recorded ? new(EvidenceGrade.Hardware, facts.Evidence.Covers, recorded)
            : facts.Evidence;
    }

    /// <summary>Its one name: the mnemonic, and where a choice is not the usual one <c>:key=value</c> after it.</summary>
    public string Name { get; }

    /// <summary>Whose it is, in lower case: <c>nvidia</c>, <c>amd</c>, <c>intel</c>, <c>arm</c>, <c>risc-v</c>.</summary>
    public string Vendor { get; }

    /// <summary>The machines that have it.</summary>
    public string Hardware { get; }

    /// <summary>Its source registers, in operand order.</summary>
    public ImmutableArray<InstructionRegister> Sources { get; }

    /// <summary>Its destination register.</summary>
    public InstructionRegister Destination { get; }

    /// <summary>Whether it rounds by a 32-bit random word, its last operand.</summary>
    public bool TakesRandomWord { get; }

    /// <summary>
    /// The types that it reads and writes, as this project calls them: <c>e4m3</c>, <c>fp32</c>, <c>e8m0</c>, <c>s64</c>.
    /// </summary>
    public ImmutableArray<string> Formats => [.. Sources.Add(Destination).SelectMany(FormatOf).Distinct()];

    /// <summary>How surely its bits are known, and from where.</summary>
    public Evidence Evidence { get; }

    /// <summary>How many rows captured on the hardware it reproduces, of those that this project was given.</summary>
    public int RecordedRows { get; }

    /// <summary>The destination register.</summary>
    /// <param name="sources">The source registers, in operand order, each at the bottom of a word.</param>
    /// <param name="random">The random word, which an instruction with one needs and every other refuses.</param>
    /// <returns>The register at the bottom of a word, zeros above it.</returns>
    /// <exception cref="ArgumentException">Not as many registers as it has, one with bits above its width, or the random word is missing
    /// or not wanted.</exception>
    public ulong Compute(ReadOnlySpan<ulong> sources, uint? random = null)
    {
        if (sources.Length != Sources.Length)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{Name} has {Sources.Length} source registers ({string.Join(", ", Sources.Select(s => s.Name))}), not {sources.Length}"),
                nameof(sources));
        }

        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] > ulong.MaxValue >> (64 - Sources[i].Bits))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"{Name}: source {Sources[i].Name} has {Sources[i].Bits} bits; {sources[i]:x} has more"), nameof(sources));
            }
        }

        if (TakesRandomWord != random is not null)
        {
            throw new ArgumentException($"{Name} {(random is null ? "needs a random word" : "takes no random word")}", nameof(random));
        }

        return arithmetic.Compute(sources, random ?? 0);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// Of a.e4m3x2 that is e4m3, and so of what AMD and Intel call FP8 and HF8; a register of bits alone has none.
    /// </summary>
    private static IEnumerable<string> FormatOf(InstructionRegister register)
    {
        string type = register.Name[(register.Name.LastIndexOf('.') + 1)..];
        bool isPacked = type.EndsWith("x2", StringComparison.Ordinal) || type.EndsWith("x4", StringComparison.Ordinal);
        string element = isPacked ? type[..^2] : type;
        bool isOfBits = element.StartsWith('b') && char.IsDigit(element[1]);
        return isOfBits ? [] : [Vendors.GetValueOrDefault(element, FormatNames.Canonical(element))];
    }
}

/// <summary>What is known of an instruction beside its arithmetic.</summary>
/// <param name="Vendor">Whose it is.</param>
/// <param name="Hardware">The machines that have it.</param>
/// <param name="Evidence">What supports it where no row was captured.</param>
/// <param name="Recorded">Where the captured rows come from, if there may be some.</param>
/// <param name="RecordedAs">The mnemonic that the rows are under, where options tell several instructions of it apart.</param>
internal sealed record InstructionFacts(string Vendor, string Hardware, Evidence Evidence, Clause? Recorded = null,
    string? RecordedAs = null);
