using System.Runtime.InteropServices;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Adapters.Arrays;
using Mxact.Conformance.Checks;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using BlockConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Conformance.Tests;

/// <summary>Kernels over arrays: what they are handed, what their answers become, what a failure costs.</summary>
public sealed class ArrayKernelTests
{
    private static readonly Lazy<GoldenSet> Golden = new(() => GoldenSet.Open(GoldenSet.DefaultFolder()));

    /// <summary>Every operation but packing and instructions, by the reference on the arrays alone.</summary>
    [Fact]
    public void A_right_kernel_passes_every_row()
    {
        int calls = 0;
        using ArrayKernel kernel = new("reference over arrays", group =>
        {
            calls++;
            return Reference(group);
        });
        Outcome outcome = Run(kernel, []);
        Assert.Equal(0, outcome[Verdict.Fail] + outcome[Verdict.KernelFailed]);
        Assert.True(outcome[Verdict.Pass] > 15_000, $"{outcome[Verdict.Pass]} passed");
        Assert.All(outcome.Groups.Where(group => group[Verdict.Unsupported] > 0),
            group => Assert.True(group.Name.Contains("pack", StringComparison.Ordinal)
                || group.Name.StartsWith("instruction ", StringComparison.Ordinal), group.Name));
        Assert.True(calls < outcome[Verdict.Pass] / 4, $"{calls} calls");
    }

    /// <summary>A call that fails is made again for each of its questions alone.</summary>
    [Fact]
    public void A_failure_costs_its_own_rows()
    {
        using ArrayKernel kernel = new("k", group => group.Values.Length >= 4
            && MemoryMarshal.Cast<byte, uint>(group.Values).Contains(0x3F400000u)
            ? new(ReplyKind.Crashed, "one is too many") : Reference(group));
        Outcome outcome = Run(kernel, ["encode+e2m1+rounding=ties-to-even"]);
        Assert.True(outcome[Verdict.KernelFailed] is > 0 and < 5, $"{outcome[Verdict.KernelFailed]} failed");
        Assert.True(outcome[Verdict.Pass] > 50);
        Assert.Equal(0, outcome[Verdict.NotAsked]);
    }

    [Fact]
    public void What_a_kernel_throws_is_its_answer_and_twenty_are_enough()
    {
        using ArrayKernel kernel = new("k", _ => throw new InvalidOperationException("out\nof order"));
        Outcome outcome = Run(kernel, ["encode+e2m1"]);
        Assert.Equal(0, outcome[Verdict.Pass] + outcome[Verdict.Fail]);
        Assert.InRange(outcome[Verdict.KernelFailed], 1, ProgramKernel.MaxDeaths);
        Assert.True(outcome[Verdict.NotAsked] > 100);
        Assert.Contains(outcome.Groups.SelectMany(group => group.Failures),
            failure => failure.Reply.Text == @"threw InvalidOperationException: out\x0aof order");
    }

    /// <summary>What a kernel does not write, and bits above a format's, are wrong answers.</summary>
    [Fact]
    public void What_is_not_written_is_no_answer()
    {
        using ArrayKernel silent = new("k", _ => new(ReplyKind.Answered));
        Outcome outcome = Run(silent, ["encode+e2m1", "quantize+mxfp4"]);
        Assert.Equal(0, outcome[Verdict.Pass]);
        Assert.True(outcome[Verdict.Fail] > 100);
    }

    private static Outcome Run(ArrayKernel kernel, string[] only)
    {
        // Arrays have a tensor scale as a number, which is a factor.
        Selection selection = new(Level.Smoke, only, ["tensor-divisor", "tensor-scale-rule"]);
        return Suite.Run(kernel, new([]), selection, selection.Rows(Golden.Value));
    }

    private static GroupReply Reference(ArrayGroup group)
    {
        Question question = group.Question;
        uint[] values = Numbers(group.Values, ArrayGroup.BytesOf(question.From.Bits));
        switch (question.Operation)
        {
            case Operation.Decode:
                uint[] codes = Numbers(group.Codes, ArrayGroup.BytesOf(Element(question)?.Bits ?? 8));
                Write(group.ValuesOut, 4, Array.ConvertAll(codes, code => Binary32.Encode(Element(question) is { } element
                    ? ElementCodec.Decode(element, code) : ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code))));
                break;
            case Operation.Encode:
                uint[] encoded = [.. values.Select((value, i) => Encode(question, value, group.Random.ElementAtOrDefault(i)))];
                Write(group.CodesOut, ArrayGroup.BytesOf(Element(question)?.Bits ?? 8), encoded);
                break;
            case Operation.Scale:
                BlockFormat format = MxFormats.Find(question.Formats[0])!;
                Write(group.ScalesOut, 1, [.. values.Select(value => (uint)ScaleSelection.Select(format,
                    ElementCodec.Decode(question.From, value).Finite.Abs(), question.Policy).Code)]);
                break;
            case Operation.Quantize:
                for (int i = 0; i < group.Count; i++)
                {
                    uint[] block = new uint[group.Length];
                    group.ScalesOut[i] = BlockConversion.Quantize(MxFormats.Find(question.Formats[0])!, question.From,
                        values.AsSpan(i * group.Length, group.Length), question.Policy, block,
                        group.Random.Length == 0 ? [] : group.Random.AsSpan(i * group.Length, group.Length), question.TensorScale);
                    Write(group.CodesOut.AsSpan(i * group.Length), 1, block);
                }

                break;
            case Operation.Dequantize:
                for (int i = 0; i < group.Count; i++)
                {
                    uint[] back = new uint[group.Length];
                    BlockConversion.Dequantize(MxFormats.Find(question.Formats[0])!, group.Scales[i],
                        Numbers(group.Codes.AsSpan(i * group.Length, group.Length).ToArray(), 1), back, question.TensorScale);
                    Write(group.ValuesOut.AsSpan(i * group.Length * 4), 4, back);
                }

                break;
            case Operation.Dot:
                Dot(group);
                break;
            default:
                return new(ReplyKind.Unsupported);
        }

        return new(ReplyKind.Answered);
    }

    private static ElementFormat? Element(Question question)
        => ElementFormat.TryParse(question.Formats[0], out ElementFormat? element) ? element : null;

    private static uint Encode(Question question, uint bits, uint random)
    {
        Number value = InputNarrowing.Narrow(ElementCodec.Decode(question.From, bits), question.Policy);
        return Element(question) is { } element ? ElementCodec.Encode(element, value, question.Policy, random)
            : ScaleCodec.EncodeE8M0(value, question.Policy, random);
    }

    private static void Dot(ArrayGroup group)
    {
        // Only the line says where the blocks of a plain "exact" end: it is asked again as one.
        DotSetup setup = DotSetup.Of(group.Question);
        uint[] a = Numbers(group.Codes, ArrayGroup.BytesOf(setup.A.Element.Bits));
        uint[] b = Numbers(group.OtherCodes, ArrayGroup.BytesOf(setup.B.Element.Bits));
        uint[] c = Numbers(group.Addends, ArrayGroup.BytesOf(setup.Output.Bits));
        uint[] d = new uint[group.Count];
        Answerer answerer = Answerer.For(group.Question);
        for (int i = 0; i < group.Count; i++)
        {
            string scales = group.ScaleLength == 0 ? ""
                : $"{Convert.ToHexStringLower(group.Scales.AsSpan(i * group.ScaleLength, group.ScaleLength))} "
                    + $"{Convert.ToHexStringLower(group.OtherScales.AsSpan(i * group.ScaleLength, group.ScaleLength))} ";
            d[i] = Convert.ToUInt32(answerer.Answer(
                $"{HexWords.Write(a.AsSpan(i * group.Length, group.Length), setup.A.Element.HexDigits)} "
                + $"{HexWords.Write(b.AsSpan(i * group.Length, group.Length), setup.B.Element.HexDigits)} {scales}"
                + HexWords.Write(c[i], setup.Output.HexDigits)), 16);
        }

        Write(group.ValuesOut, ArrayGroup.BytesOf(setup.Output.Bits), d);
    }

    private static uint[] Numbers(byte[] bytes, int width) => [.. bytes.Chunk(width).Select(number => width switch
    {
        1 => number[0],
        2 => BitConverter.ToUInt16(number),
        _ => BitConverter.ToUInt32(number),
    })];

    private static void Write(Span<byte> target, int width, uint[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            BitConverter.GetBytes(numbers[i]).AsSpan(0, width).CopyTo(target[(i * width)..]);
        }
    }
}
