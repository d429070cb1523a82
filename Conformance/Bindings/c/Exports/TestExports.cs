using System.Runtime.InteropServices;
using System.Text;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Adapters.Arrays;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Identification.Conversions;
using Mxact.Conformance.Reports;
using Mxact.Native.Abi;
using Mxact.Shell;
using Mxact.Vectors;
using Group = Mxact.Native.Abi.Group;

namespace Mxact.Native.Exports;

/// <summary>Kernels of the caller's, held to the golden vectors or identified.</summary>
internal static unsafe class TestExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_check")]
    public static int Check(Test* test, int* exitCode, byte** report) => Call.Of(() =>
    {
        Test given = Given.Structure(test, "test");
        _ = Given.NotNull(exitCode, "exit_code");
        Declaration declaration = new(Given.Words(given.Declared));
        Selection selection = new(VectorExports.LevelOf(given.Level), Given.Words(given.Only), []) { For = declaration };
        GoldenSet golden = VectorExports.Golden(given.Vectors);
        using IKernelUnderTest kernel = Kernel(given);
        Outcome outcome = Suite.Run(kernel, declaration, selection, selection.Rows(golden), ownRandomBits: given.OwnRandomBits != 0);
        if (outcome.Groups.Count == 0)
        {
            throw new ArgumentException($"no row is selected by '{string.Join(' ', selection.Only)}'");
        }

        NativeText.Give(report, given.Json != 0 ? JsonReport.Text(outcome)
            : string.Concat(OutcomeText.Lines(outcome).Select(line => Printable.Line(line) + "\n")));
        *exitCode = outcome.ExitCode;
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_identify")]
    public static int Identify(Test* test, int* exitCode, byte** report) => Call.Of(() =>
    {
        Test given = Given.Structure(test, "test");
        _ = Given.NotNull(exitCode, "exit_code");
        using IKernelUnderTest kernel = Kernel(given);
        try
        {
            ChoicesFound found = ChoiceIdentifier.Run(kernel, Given.Words(given.Declared));
            int code = found.IsExplained ? ExitCodes.Success : ExitCodes.Mismatches;
            NativeText.Give(report, given.Json != 0 ? JsonOutput.Text(json => ChoicesJson.Write(json, kernel.Name, found, code))
                : string.Concat(ChoicesText.Lines(kernel.Name, found).Select(line => Printable.Line(line) + "\n")));
            *exitCode = code;
        }
        catch (Conformance.Identification.KernelFailedException exception)
        {
            NativeText.Give(report, Printable.Line(exception.Message) + "\n");
            *exitCode = ExitCodes.KernelFailed;
        }

        return Status.Ok;
    });

    private static IKernelUnderTest Kernel(Test given)
    {
        if ((given.Kernel is null) == (given.LineKernel is null))
        {
            throw new ArgumentException("either kernel or line_kernel is needed, and only one of them");
        }

        string name = Given.TextOrNull(given.Name) ?? "kernel";
        (nint user, nint kernel, nint lines) = ((nint)given.User, (nint)given.Kernel, (nint)given.LineKernel);
        return kernel != 0 ? new ArrayKernel(name, group => Ask(kernel, user, group)) : new LineKernel(name, lines, user);
    }

    private static GroupReply Ask(nint kernel, nint user, ArrayGroup asked)
    {
        const int MessageSize = 1024;
        Question question = asked.Question;
        byte[] operation = Text(Names.Of(question.Operation)), format = Text(string.Join(' ', question.Formats));
        byte[] choices = Text(string.Join(' ', question.Choices.Where(choice => !choice.StartsWith("from=", StringComparison.Ordinal)
            && !choice.StartsWith("tensor-scale=", StringComparison.Ordinal))));
        byte[] from = Text(question.From.Name), message = new byte[MessageSize];
        fixed (byte* operationAt = operation, formatAt = format, choicesAt = choices, fromAt = from, messageAt = message)
        fixed (byte* values = asked.Values, codes = asked.Codes, scales = asked.Scales, otherCodes = asked.OtherCodes)
        fixed (byte* otherScales = asked.OtherScales, addends = asked.Addends)
        fixed (byte* scalesOut = asked.ScalesOut, codesOut = asked.CodesOut, valuesOut = asked.ValuesOut)
        fixed (uint* random = asked.Random)
        {
            Group group = new()
            {
                Size = (uint)sizeof(Group),
                Count = (uint)asked.Count,
                Operation = operationAt,
                Format = formatAt,
                Choices = choicesAt,
                From = fromAt,
                Length = (uint)asked.Length,
                ScaleLength = (uint)asked.ScaleLength,
                TensorScale = question.TensorScale is { } scale
                    ? BitConverter.UInt32BitsToSingle(Simulator.Reference.Binary32.Encode(scale.Factor)) : 1,
                MessageSize = MessageSize,
                Message = messageAt,
                Values = values,
                Random = random,
                Codes = codes,
                Scales = scales,
                OtherCodes = otherCodes,
                OtherScales = otherScales,
                Addends = addends,
                ScalesOut = scalesOut,
                CodesOut = codesOut,
                ValuesOut = valuesOut,
            };
            int code = ((delegate* unmanaged<void*, Group*, int>)kernel)((void*)user, &group);
            message[^1] = 0;
            return Said(code, message);
        }
    }

    private static GroupReply Said(int code, byte[] message)
    {
        string text = Encoding.UTF8.GetString(message.AsSpan(0, Array.IndexOf(message, (byte)0)));
        return code switch
        {
            0 => new(ReplyKind.Answered),
            1 => new(ReplyKind.Unsupported),
            _ => new(ReplyKind.Crashed, text.Length > 0 ? text : $"the kernel returned {code}"),
        };
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");

    /// <summary>A kernel that answers lines.</summary>
    private sealed class LineKernel(string name, nint kernel, nint user) : IKernelUnderTest
    {
        private const int AnswerSize = 1 << 16;

        public string Name => name;

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
        {
            byte[] answer = new byte[AnswerSize];
            int failed = 0;
            foreach (string request in requests)
            {
                Reply reply = failed < ProgramKernel.MaxDeaths ? Ask(request, answer)
                    : new(ReplyKind.NotAsked, $"not asked after {ProgramKernel.MaxDeaths} rows that the kernel failed at");
                failed += reply.Kind == ReplyKind.Crashed ? 1 : 0;
                yield return reply;
            }
        }

        public void Dispose()
        {
        }

        private Reply Ask(string request, byte[] answer)
        {
            byte[] line = Text(request);
            answer[0] = 0;
            fixed (byte* requestAt = line, answerAt = answer)
            {
                int code = ((delegate* unmanaged<void*, byte*, byte*, nuint, int>)kernel)((void*)user, requestAt, answerAt, AnswerSize);
                answer[^1] = 0;
                GroupReply said = Said(code, answer);
                return said.Kind switch
                {
                    ReplyKind.Answered => Reply.Of(Encoding.UTF8.GetString(answer.AsSpan(0, Array.IndexOf(answer, (byte)0)))),
                    ReplyKind.Unsupported => Reply.Of(Answers.Unsupported),
                    _ => new(said.Kind, Printable.Line(said.Text)),
                };
            }
        }
    }
}
