using System.Collections.Immutable;

namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>Bad arguments to what a user of the simulator meets beside tensors: elements, units, executions, explanations.</summary>
internal static class SimulatorRefusals
{
    private static readonly ElementFormat E4M3 = ElementFormats.E4M3;
    private static readonly ElementFormat E2M1 = ElementFormat.Of<E2M1>();
    private static readonly ElementFormat Wide = ElementFormats.Binary16;
    private static readonly MatrixUnit Unit = MatrixUnits.HopperFp16;
    private static readonly Evidence Known = MatrixUnits.HopperFp16.Evidence[0];
    private static readonly ConversionPolicy Stochastic = new() { Rounding = RoundingMode.Stochastic(8) };
    private static readonly Instruction Cvt = Instructions.Parse("cvt.rn.satfinite.e4m3x2.f32");
    private static readonly P3109Operation Compare = P3109Operation.Parse("CompareLess<Binary8p4se,Binary8p3se>");
    private static readonly uint[] Ones = [.. Enumerable.Repeat(0x3C00u, 16)];
    private static readonly uint[] TooWide = [.. Ones[..15], 0x10000];

    /// <summary>All of them.</summary>
    public static Refusal[] All { get; } =
    [
        new("Elements.Encode", "format", "null", () => Elements.Encode(null!, 1)),
        new("Elements.Encode", "random", "missing", () => Elements.Encode(E4M3, 1, Stochastic)),
        new("Elements.Encode", "random", "not wanted", () => Elements.Encode(E4M3, 1, random: 3)),
        new("Elements.Encode", "random", "nine bits for eight", () => Elements.Encode(E4M3, 1, Stochastic, 0x100)),
        new("Instructions.Parse", "name", "null", () => Instructions.Parse(null!)),
        new("Instructions.Parse", "name", "unknown", () => Instructions.Parse("cvt.rn.e4m3x2.f32")),
        new("Instruction.Compute", "sources", "one of two", () => Cvt.Compute([1])),
        new("Instruction.Compute", "sources", "33 bits", () => Cvt.Compute([1, 1UL << 32])),
        new("Instruction.Compute", "random", "not wanted", () => Cvt.Compute([1, 2], 3)),
        new("Instruction.Compute", "random", "missing",
            () => Instructions.Parse("cvt.rs.satfinite.e4m3x4.f32").Compute([1, 2, 3, 4])),
        new("P3109Operation.Parse", "name", "null", () => P3109Operation.Parse(null!)),
        new("P3109Operation.Parse", "name", "without parameters", () => P3109Operation.Parse("Add")),
        new("P3109Operation.Compute", "operands", "one of two", () => Compare.Compute([1])),
        new("P3109Operation.Compute", "operands", "nine bits", () => Compare.Compute([1, 0x100])),
        new("P3109Operation.Compute", "random", "not wanted", () => Compare.Compute([1, 1], [1])),
        new("P3109Operation.Compute", "random", "five bits of four",
            () => P3109Operation.Parse("Abs<Binary8p4se,Binary8p4se,(StochasticA:4,SatNone)>").Compute([1], [16])),
        new("RandomWordMap.Parse", "name", "null", () => RandomWordMap.Parse(null!)),
        new("RandomWordMap.Parse", "name", "unknown", () => RandomWordMap.Parse("halves:17")),
        new("RandomWordMap.Halves", "bits", "17", () => RandomWordMap.Halves(17)),
        new("RandomWordMap.ReversedBytes", "bits", "none", () => RandomWordMap.ReversedBytes(0)),
        new("RandomWordMap.Top", "bits", "33", () => RandomWordMap.Top(33)),
        new("RandomWordMap.Take", "element", "the fifth of four", () => RandomWordMap.ReversedHalves.Take(1, 4)),
        new("Elements.Decode", "format", "null", () => Elements.Decode(null!, 0)),
        new("Elements.Decode", "code", "wider than the format", () => Elements.Decode(E2M1, 0x10)),
        new("Elements.EncodeInto", "format", "null", () => Elements.EncodeInto(null!, [1, 2], new byte[2])),
        new("Elements.EncodeInto", "format", "16 bits", () => Elements.EncodeInto(Wide, [1, 2], new byte[2])),
        new("Elements.EncodeInto", "codes", "short", () => Elements.EncodeInto(E4M3, [1, 2], Memory.Bytes[..1])),
        new("Elements.EncodeInto", "codes", "long", () => Elements.EncodeInto(E4M3, [1, 2], Memory.Bytes[..3])),
        new("Elements.EncodeInto", "codes", "over the values", ()
            => Elements.EncodeInto(E4M3, Memory.Floats[..4], Memory.Bytes.Slice(1, 4))),
        new("Elements.EncodeInto", "random", "missing", () => Elements.EncodeInto(E4M3, [1, 2], Memory.Bytes[..2], Stochastic)),
        new("Elements.EncodeInto", "random", "short", () => Elements.EncodeInto(E4M3, [1, 2], Memory.Bytes[..2], Stochastic, [1])),
        new("Elements.EncodeInto", "random", "not wanted", () => Elements.EncodeInto(E4M3, [1, 2], Memory.Bytes[..2], random: [1, 2])),
        new("Elements.DecodeInto", "format", "null", () => Elements.DecodeInto(null!, [1, 2], Memory.Floats[..2])),
        new("Elements.DecodeInto", "format", "16 bits", () => Elements.DecodeInto(Wide, [1, 2], Memory.Floats[..2])),
        new("Elements.DecodeInto", "codes", "wider than the format", () => Elements.DecodeInto(E2M1, [1, 0x1F], Memory.Floats[..2])),
        new("Elements.DecodeInto", "values", "short", () => Elements.DecodeInto(E4M3, [1, 2], Memory.Floats[..1])),
        new("Elements.DecodeInto", "values", "over the codes",
            () => Elements.DecodeInto(E4M3, Memory.Bytes.Slice(7, 4), Memory.Floats[..4])),
        new("Elements.Dot", "unit", "null", () => Elements.Dot(null!, Wide, Ones, Wide, Ones)),
        new("Elements.Dot", "unit", "needs scales", () => Elements.Dot(MatrixUnits.BlackwellMxf4, E2M1, [1], E2M1, [1])),
        new("Elements.Dot", "unit", "without steps", () => Elements.Dot(Unit with { L = 0 }, Wide, Ones, Wide, Ones)),
        new("Elements.Dot", "unit", "of enormous steps", () => Elements.Dot(Unit with { L = int.MaxValue }, Wide, Ones, Wide, Ones)),
        new("Elements.Dot", "unit", "that promotes nothing",
            () => Elements.Dot(MatrixUnits.Parse("promote:32:hopper-fp16") with { Inner = null }, Wide, Ones, Wide, Ones)),
        new("Elements.Dot", "unit", "of a user's own, without outputs",
            () => Elements.Dot(new() { Name = "mine", Hardware = "", Evidence = [] }, Wide, Ones, Wide, Ones)),
        new("Elements.Dot", "a", "null", () => Elements.Dot(Unit, null!, Ones, Wide, Ones)),
        new("Elements.Dot", "a", "not taken", () => Elements.Dot(Unit, E4M3, Ones, Wide, Ones)),
        new("Elements.Dot", "aCodes", "wider than the format", () => Elements.Dot(Unit, Wide, TooWide, Wide, Ones)),
        new("Elements.Dot", "b", "null", () => Elements.Dot(Unit, Wide, Ones, null!, Ones)),
        new("Elements.Dot", "b", "not taken", () => Elements.Dot(Unit, Wide, Ones, E4M3, Ones)),
        new("Elements.Dot", "bCodes", "wider than the format", () => Elements.Dot(Unit, Wide, Ones, Wide, TooWide)),
        new("Elements.Dot", "bCodes", "short", () => Elements.Dot(Unit, Wide, Ones, Wide, Ones.AsSpan(1))),
        new("Elements.Dot", "c", "wider than the output", () => Elements.Dot(Unit, Wide, Ones, Wide, Ones, 0x10000, Wide)),
        new("Elements.Dot", "output", "not there", () => Elements.Dot(Unit, Wide, Ones, Wide, Ones, output: E4M3)),
        new("Evidence.new", "Grade", "undefined", () => _ = new Evidence((EvidenceGrade)6, "", Clauses.Declared)),
        new("Evidence.new", "Covers", "null", () => _ = new Evidence(EvidenceGrade.Hardware, null!, Clauses.Declared)),
        new("Evidence.new", "Source", "null", () => _ = new Evidence(EvidenceGrade.Hardware, "", null!)),
        new("Evidence.Grade", "Grade", "undefined", () => _ = Known with { Grade = (EvidenceGrade)(-1) }),
        new("Evidence.Covers", "Covers", "null", () => _ = Known with { Covers = null! }),
        new("Evidence.Source", "Source", "null", () => _ = Known with { Source = null! }),
        new("Evidence.Elements", "Elements", "never made", () => _ = Known with { Elements = default }),
        new("Evidence.Concerns", "a", "null", () => Known.Concerns(null!, E4M3, Wide)),
        new("Evidence.Concerns", "b", "null", () => Known.Concerns(E4M3, null!, Wide)),
        new("Evidence.Concerns", "output", "null", () => Known.Concerns(E4M3, E4M3, null!)),
        new("Execution.new", "backend", "undefined", () => _ = new Execution((Backend)42)),
        new("Execution.new", "threads", "-7", () => _ = new Execution(Backend.Scalar, -7)),
        new("Execution.Parse", "name", "null", () => Execution.Parse(null!)),
        new("Execution.Parse", "threads", "-7", () => Execution.Parse("scalar", -7)),
        new("Explain.Code", "format", "null", () => Explain.Code(null!, 0)),
        new("Explain.Code", "code", "wider than the format", () => Explain.Code(E2M1, 0x10)),
        new("Explain.Cast", "format", "null", () => Explain.Cast(null!, 1)),
        new("Explain.Cast", "policy", "stochastic", () => Explain.Cast(E2M1, 1, Stochastic)),
        new("Explain.ScaleCast", "policy", "stochastic", () => Explain.ScaleCast(1, Stochastic)),
        new("Explain.Block", "format", "null", () => Explain.Block(null!, [1])),
        new("Explain.Block", "values", "none", () => Explain.Block(MxFormats.Mxfp4, [])),
        new("Explain.Block", "values", "33", () => Explain.Block(MxFormats.Mxfp4, new float[33])),
        new("Explain.Block", "policy", "stochastic", () => Explain.Block(MxFormats.Mxfp4, [1], Stochastic)),
        new("MatrixUnit.Name", "Name", "null", () => _ = Unit with { Name = null! }),
        new("MatrixUnit.Hardware", "Hardware", "null", () => _ = Unit with { Hardware = null! }),
        new("MatrixUnit.Elements", "Elements", "never made", () => _ = Unit with { Elements = default }),
        new("MatrixUnit.Elements", "Elements", "a null in it", () => _ = Unit with { Elements = [null!] }),
        new("MatrixUnit.Evidence", "Evidence", "never made", () => _ = Unit with { Evidence = default(ImmutableArray<Evidence>) }),
        new("MatrixUnit.Notes", "Notes", "null", () => _ = Unit with { Notes = null! }),
        new("MatrixUnit.L", "L", "negative", () => _ = Unit with { L = -16 }),
        new("MatrixUnit.F", "F", "negative", () => _ = Unit with { F = -1 }),
        new("MatrixUnit.F", "F", "huge", () => _ = Unit with { F = 1000 }),
        new("MatrixUnit.F2", "F2", "negative", () => _ = Unit with { F2 = -1 }),
        new("MatrixUnit.G", "G", "negative", () => _ = Unit with { G = -1 }),
        new("MatrixUnit.EvidenceFor", "a", "null", () => Unit.EvidenceFor(null!, Wide, Wide)),
        new("MatrixUnit.EvidenceFor", "b", "null", () => Unit.EvidenceFor(Wide, null!, Wide)),
        new("MatrixUnit.EvidenceFor", "output", "null", () => Unit.EvidenceFor(Wide, Wide, null!)),
        new("MatrixUnit.Takes", "element", "null", () => Unit.Takes(null!)),
        new("MatrixUnits.Parse", "name", "null", () => MatrixUnits.Parse(null!)),
        new("MatrixUnits.Parse", "name", "unknown", () => MatrixUnits.Parse("hopper")),
        new("MatrixUnits.Parse", "name", "bad parameters", () => MatrixUnits.Parse("t-fdpa:L=0")),
        new("MatrixUnits.Parse", "name", "bad inner name", () => MatrixUnits.Parse("promote:32:hopper")),
        .. Counts(),
        new("QuantizationError.Signal", "Signal", "negative", () => _ = new QuantizationError { Signal = -1 }),
        new("QuantizationError.Noise", "Noise", "NaN", () => _ = new QuantizationError { Noise = double.NaN }),
        new("QuantizationError.WorstRelative", "WorstRelative", "negative", () => _ = new QuantizationError { WorstRelative = -0.1 }),
        new("Sample.Normal", "count", "negative", () => Sample.Normal(-1)),
        new("Sample.Normal", "count", "more than an array holds", () => Sample.Normal(int.MaxValue)),
    ];

    private static IEnumerable<Refusal> Counts() =>
    [
        new("QuantizationError.Finite", "Finite", "negative", () => _ = new QuantizationError { Finite = -1 }),
        new("QuantizationError.NonFinite", "NonFinite", "negative", () => _ = new QuantizationError { NonFinite = -1 }),
        new("QuantizationError.Lost", "Lost", "negative", () => _ = new QuantizationError { Lost = -1 }),
        new("QuantizationError.Saturated", "Saturated", "negative", () => _ = new QuantizationError { Saturated = -1 }),
        new("QuantizationError.Flushed", "Flushed", "negative", () => _ = new QuantizationError { Flushed = -1 }),
        new("QuantizationError.LastBin", "LastBin", "negative", () => _ = new QuantizationError { LastBin = long.MinValue }),
    ];
}
