using System.Runtime.InteropServices;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Adapters.Arrays;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance;

/// <summary>A delegate as a kernel under test, asked one row at a time. What it throws costs the row it throws at.</summary>
internal sealed class DelegateKernel : IKernelUnderTest
{
    private readonly Action<ArrayGroup> kernel;

    private DelegateKernel(string name, Action<ArrayGroup> kernel)
    {
        Name = name;
        this.kernel = kernel;
    }

    public string Name { get; }

    public IReadOnlyList<string> Declared => [];

    public static DelegateKernel Of(QuantizeKernel kernel) => new("a quantize delegate", row
        => kernel(Numbers(row.Values), row.ScalesOut, row.CodesOut));

    public static DelegateKernel Of(DequantizeKernel kernel) => new("a dequantize delegate", row
        => kernel(row.Scales, row.Codes, Numbers(row.ValuesOut)));

    public static DelegateKernel Of(EncodeKernel kernel) => new("an encode delegate", row => kernel(Numbers(row.Values), row.CodesOut));

    public static DelegateKernel Of(DecodeKernel kernel) => new("a decode delegate", row => kernel(row.Codes, Numbers(row.ValuesOut)));

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
        ArrayGroup row = ArrayGroup.Of(Question.Parse(request, out string operands), [operands])!;
        try
        {
            kernel(row);
        }
        catch (Exception exception)
        {
            return new(ReplyKind.Crashed, $"threw {exception.GetType().Name}: {Printable.Line(exception.Message)}");
        }

        return Reply.Of(row.Answers().Single());
    }

    private static Span<float> Numbers(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
}
