using System.Runtime.InteropServices;
using Mxact.Conformance.Adapters;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance;

/// <summary>A delegate as a kernel under test. What it throws costs the row it throws at.</summary>
internal sealed class DelegateKernel(string name, Func<string, string> answer) : IKernelUnderTest
{
    /// <summary>Stands in every buffer that a kernel is to write: what it leaves unwritten is no answer by luck.</summary>
    private const byte Unwritten = 0xA5;

    public string Name => name;

    public IReadOnlyList<string> Declared => [];

    public static DelegateKernel Of(QuantizeKernel kernel, BlockFormat format) => new("a quantize delegate", operands =>
    {
        uint[] values = new HexWords(operands).Any("the block", 8, format.BlockSize);
        byte[] scales = Buffer(1);
        byte[] codes = Buffer(values.Length);
        kernel(MemoryMarshal.Cast<uint, float>(values), scales, codes);
        return $"{HexWords.Write(scales[0], 2)} {Codes(codes, format.Element)}";
    });

    public static DelegateKernel Of(DequantizeKernel kernel, BlockFormat format) => new("a dequantize delegate", operands =>
    {
        HexWords words = new(operands);
        byte[] scales = [(byte)words.One("the scale", 2)];
        byte[] codes = Bytes(words.Any("the codes", format.Element.HexDigits, format.BlockSize));
        byte[] values = Buffer(codes.Length * sizeof(float));
        kernel(scales, codes, MemoryMarshal.Cast<byte, float>(values.AsSpan()));
        return HexWords.Write(MemoryMarshal.Cast<byte, uint>(values.AsSpan()), 8);
    });

    public static DelegateKernel Of(EncodeKernel kernel, ElementFormat format) => new("an encode delegate", operands =>
    {
        uint[] values = [new HexWords(operands).One("the input", 8)];
        byte[] codes = Buffer(1);
        kernel(MemoryMarshal.Cast<uint, float>(values), codes);
        return Codes(codes, format);
    });

    public static DelegateKernel Of(DecodeKernel kernel, ElementFormat format) => new("a decode delegate", operands =>
    {
        byte[] codes = Bytes(new HexWords(operands).Many("the code", format.HexDigits, 1));
        byte[] values = Buffer(sizeof(float));
        kernel(codes, MemoryMarshal.Cast<byte, float>(values.AsSpan()));
        return HexWords.Write(MemoryMarshal.Cast<byte, uint>(values.AsSpan()), 8);
    });

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        int thrown = 0;
        foreach (string request in requests)
        {
            if (thrown >= ProgramKernel.MaxDeaths)
            {
                yield return new(ReplyKind.NotAsked, $"not asked after {ProgramKernel.MaxDeaths} rows at which the kernel threw");
                continue;
            }

            Reply reply = Answer(request);
            thrown += reply.Kind == ReplyKind.Crashed ? 1 : 0;
            yield return reply;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>The kernel is somebody else's: whatever it throws is its answer.</summary>
    private Reply Answer(string request)
    {
        _ = Question.Parse(request, out string operands);
        try
        {
            return Reply.Of(answer(operands));
        }
        catch (Exception exception)
        {
            return new(ReplyKind.Crashed, $"threw {exception.GetType().Name}: {Printable.Line(exception.Message)}");
        }
    }

    private static byte[] Buffer(int length)
    {
        byte[] buffer = new byte[length];
        buffer.AsSpan().Fill(Unwritten);
        return buffer;
    }

    private static byte[] Bytes(uint[] numbers) => Array.ConvertAll(numbers, number => (byte)number);

    private static string Codes(byte[] codes, ElementFormat format)
        => HexWords.Write(Array.ConvertAll(codes, code => (uint)code), format.HexDigits);
}
