using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Adapters.Builtin;
using Mxact.Conformance.Explanation;
using Mxact.Native.Abi;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Native.Exports;

/// <summary>Explanations, and single lines of the protocol.</summary>
internal static unsafe class WordExports
{
    /// <summary>The reference keeps its last question, and is for one thread at a time; a backend keeps nothing.</summary>
    private static readonly ConcurrentBag<IKernelUnderTest> Idle = [];

    [UnmanagedCallersOnly(EntryPoint = "mxact_explain")]
    public static int Explain(byte* format, byte* number, byte* from, byte* choices, byte** text) => Call.Of(() =>
    {
        NativeText.Give(text, string.Concat(Explanations.Of(Given.Text(format, "format"), Given.Text(number, "number"),
            Given.TextOrNull(from), Given.Words(choices)).Select(line => Printable.Line(line) + "\n")));
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_answer")]
    public static int Answer(byte* request, byte* backend, byte** answer) => Call.Of(() =>
    {
        string line = Given.Text(request, "request");
        bool isReference = backend is null;
        IKernelUnderTest kernel = isReference ? Idle.TryTake(out IKernelUnderTest? idle) ? idle : new BuiltinKernel()
            : Given.On(backend, 1).Backend is var on and not Backend.Reference ? new BackendKernel(on) : new BuiltinKernel();
        Reply reply = kernel.Ask([line]).Single();
        if (isReference)
        {
            Idle.Add(kernel);
        }

        NativeText.Give(answer, reply.IsAnswer ? reply.Text : throw new RequestException(reply.Text));
        return Status.Ok;
    });
}
