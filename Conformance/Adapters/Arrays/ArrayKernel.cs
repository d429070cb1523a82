using System.Runtime.InteropServices;
using System.Text;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Adapters.Arrays;

/// <summary>What a kernel says of a group.</summary>
/// <param name="Kind">Answered, unsupported, or crashed.</param>
/// <param name="Text">What it says of a failure.</param>
internal readonly record struct GroupReply(ReplyKind Kind, string Text = "");

/// <summary>
/// A function over arrays as a kernel under test. Requests that differ in their operands alone are one call, wherever they stand.
/// What fails for a group is asked again one by one, so that a failure costs its own rows.
/// </summary>
internal sealed class ArrayKernel(string name, Func<ArrayGroup, GroupReply> kernel) : IKernelUnderTest
{
    public string Name => name;

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        Dictionary<string, List<int>> groups = new(StringComparer.Ordinal);
        StringBuilder shape = new();
        for (int i = 0; i < requests.Count; i++)
        {
            ref List<int>? same = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, Shape(requests[i], shape), out _);
            (same ??= []).Add(i);
        }

        Reply[] replies = new Reply[requests.Count];
        int failed = 0;
        foreach (List<int> same in groups.Values)
        {
            Answer(requests, same, replies, ref failed);
        }

        return replies;
    }

    public void Dispose()
    {
    }

    /// <summary>A request's first words, and how long each operand is.</summary>
    private static string Shape(string request, StringBuilder shape)
    {
        int operands = OperandsAt(request);
        shape.Clear().Append(request, 0, operands);
        int start = operands;
        for (int at = operands; at <= request.Length; at++)
        {
            if (at == request.Length || request[at] == ' ')
            {
                shape.Append(at - start).Append(' ');
                start = at + 1;
            }
        }

        return shape.ToString();
    }

    /// <summary>Where the operands begin: after the operation, its formats, and every word with an equals sign.</summary>
    private static int OperandsAt(string request)
    {
        _ = Question.TryParseOperation(request[..request.IndexOf(' ')], out Operation operation);
        int words = 1 + Question.FormatCount(operation);
        int at = 0;
        while (true)
        {
            int end = request.IndexOf(' ', at);
            end = end < 0 ? request.Length : end;
            if (words <= 0 && !request.AsSpan(at, end - at).Contains('='))
            {
                return at;
            }

            words--;
            at = Math.Min(end + 1, request.Length);
            if (at == request.Length)
            {
                return at;
            }
        }
    }

    private void Answer(IReadOnlyList<string> requests, List<int> same, Reply[] replies, ref int failed)
    {
        if (failed >= ProgramKernel.MaxDeaths)
        {
            foreach (int index in same)
            {
                replies[index] = new(ReplyKind.NotAsked, $"not asked after {ProgramKernel.MaxDeaths} calls that the kernel failed at");
            }

            return;
        }

        int at = OperandsAt(requests[same[0]]);
        Question question = Question.Parse(requests[same[0]], out _);
        if (ArrayGroup.Of(question, [.. same.Select(index => requests[index][at..])]) is not { } group)
        {
            same.ForEach(index => replies[index] = Reply.Of(Answers.Unsupported));
            return;
        }

        GroupReply reply = Call(group);
        if (reply.Kind == ReplyKind.Answered)
        {
            foreach ((int index, string answer) in same.Zip(group.Answers()))
            {
                replies[index] = Reply.Of(answer);
            }
        }
        else if (reply.Kind == ReplyKind.Unsupported)
        {
            same.ForEach(index => replies[index] = Reply.Of(Answers.Unsupported));
        }
        else if (same.Count > 1)
        {
            failed++;
            foreach (int index in same)
            {
                Answer(requests, [index], replies, ref failed);
            }
        }
        else
        {
            failed++;
            replies[same[0]] = new(ReplyKind.Crashed, Printable.Line(reply.Text));
        }
    }

    /// <summary>The kernel is somebody else's: whatever it throws is its answer.</summary>
    private GroupReply Call(ArrayGroup group)
    {
        try
        {
            return kernel(group);
        }
        catch (Exception exception)
        {
            return new(ReplyKind.Crashed, $"threw {exception.GetType().Name}: {exception.Message}");
        }
    }
}
