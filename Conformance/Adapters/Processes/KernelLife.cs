using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>Where a process of the kernel stands: the table in PROTOCOL.md.</summary>
internal enum LifeState
{
    /// <summary>It has been started, and is sent its requests.</summary>
    Started,

    /// <summary>It owes answers.</summary>
    Asked,

    /// <summary>It has given as many as it was asked for.</summary>
    Answered,

    /// <summary>It has given an answer too many, or has ended in order with one too few.</summary>
    OutOfStep,

    /// <summary>It has ended while it owed answers, or answered what is none.</summary>
    Dead,

    /// <summary>It did not answer, or not end, within the time limit.</summary>
    Hung,

    /// <summary>It has ended in order, with nothing left to say.</summary>
    Ended,

    /// <summary>The user or the budget ended it.</summary>
    Cut,
}

/// <summary>
/// One process of the kernel, from its start to its end: requests are sent ahead of answers, and it is at fault when it does anything but
/// answer each and end.
/// </summary>
internal sealed class KernelLife : IDisposable
{
    /// <summary>What is read after the last answer, to say how much there is.</summary>
    private const int MostLinesTooMany = 1000;

    /// <summary>How long the output of a process that has ended may stay open, held by a child, and still bring something.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(500);

    private readonly KernelGuard guard;
    private readonly Process process;
    private readonly AnswerLines lines;
    private readonly ErrorTail errors;
    private readonly TimeSpan timeLimit;
    private readonly Budget budget;
    private readonly IncidentLog log;
    private readonly IReadOnlyList<string> requests;
    private readonly int first;
    private readonly int count;
    private LineEnd? usualEnd;
    private long endedAt;
    private bool isDisposed;

    private KernelLife(KernelGuard guard, Process process, IReadOnlyList<string> requests, int first, int count, TimeSpan timeLimit,
        Budget budget, IncidentLog log)
    {
        (this.guard, this.process, this.timeLimit, this.budget, this.log) = (guard, process, timeLimit, budget, log);
        (this.requests, this.first, this.count) = (requests, first, count);
        lines = new(process.StandardOutput.BaseStream);
        errors = new(process.StandardError.BaseStream);
        new Thread(() => Send(process, requests, first, count)) { IsBackground = true, Name = "kernel input" }.Start();
        State = LifeState.Asked;
    }

    /// <summary>Where it stands.</summary>
    public LifeState State { get; private set; } = LifeState.Started;

    /// <summary>What went wrong, once it is <see cref="LifeState.Dead"/>, <see cref="LifeState.Hung"/> or out of step.</summary>
    public IncidentKind Fault { get; private set; }

    /// <summary>The same in words.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether it ended by itself with exit code 0.</summary>
    public bool EndedByItself { get; private set; }

    /// <summary>Starts the program and sends it <paramref name="count"/> requests from <paramref name="first"/> on.</summary>
    /// <exception cref="UsageException">There is no such program.</exception>
    public static KernelLife Start(KernelGuard guard, string file, IReadOnlyList<string> arguments, IReadOnlyList<string> requests,
        int first, int count, TimeSpan timeLimit, Budget budget, IncidentLog log)
    {
        if (Directory.Exists(file))
        {
            throw new UsageException($"{file}: is a folder, not a program");
        }

        try
        {
            budget.Start();
            return new(guard, guard.Start(file, arguments), requests, first, count, timeLimit, budget, log);
        }
        catch (Win32Exception exception)
        {
            throw new UsageException($"{file}: cannot be started: "
                + $"{exception.NativeErrorCode switch { 2 => "not found", 13 => "not executable", _ => exception.Message }}");
        }
    }

    /// <summary>The answers in order, at most one a request; then <see cref="State"/> says how it ended.</summary>
    public IEnumerable<Reply> Answers(CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            if (budget.Left <= TimeSpan.Zero)
            {
                State = LifeState.Cut;
                yield break;
            }

            Awaited awaited = Next(stop, out AnswerLine line);
            if (awaited != Awaited.Line || line.End == LineEnd.TooFar || (line.End == LineEnd.Missing && !IsWholeLast(i)))
            {
                Fail(awaited, line);
                yield break;
            }

            Reply reply = Reply.Of(Usual(line, requests[first + i]));
            if (!reply.IsAnswer)
            {
                (State, Fault, Text) = (LifeState.Dead, IncidentKind.NoAnswer, reply.Text + errors.Last());
                yield break;
            }

            yield return reply;
        }

        State = LifeState.Answered;
    }

    /// <summary>
    /// After the last answer: there must be no other line, and the process must end, with exit code 0. What is wrong is logged, but for
    /// lines too many, of which the caller has to find out what they mean.
    /// </summary>
    /// <param name="stop">The user's wish.</param>
    public void Finish(CancellationToken stop)
    {
        if (State != LifeState.Answered)
        {
            return;
        }

        string last = requests[first + count - 1];
        int tooMany = 0;
        string? junk = null;
        Awaited awaited;
        while ((awaited = Next(stop, out AnswerLine line)) == Awaited.Line && tooMany < MostLinesTooMany)
        {
            tooMany++;
            junk ??= Printable.Short(line.Text, 80);
        }

        if (awaited == Awaited.Stopped)
        {
            State = LifeState.Cut;
            return;
        }

        State = LifeState.Ended;
        if (awaited == Awaited.Nothing || (awaited == Awaited.End && !Wait(Left, stop)))
        {
            State = stop.IsCancellationRequested || budget.Left <= TimeSpan.Zero ? LifeState.Cut : LifeState.Ended;
            if (State == LifeState.Ended)
            {
                budget.Die();
                log.Add(IncidentKind.HungAtEnd, last, $"has not ended within {Seconds} s of its last answer{errors.Last()}");
            }
        }
        else if (awaited == Awaited.End && process.ExitCode != 0)
        {
            log.Add(IncidentKind.BadEnd, last, $"ended{ExitStatus()} after its last answer{errors.Last()}");
        }

        if (tooMany > 0)
        {
            string number = tooMany >= MostLinesTooMany ? $"at least {MostLinesTooMany}" : tooMany.ToString(CultureInfo.InvariantCulture);
            (State, Fault) = (LifeState.OutOfStep, IncidentKind.OutOfStep);
            Text = $"{number} {(tooMany == 1 ? "line" : "lines")} more than requests; the first beyond is '{junk}'";
        }
    }

    /// <summary>What it said after the last answer has been seen to be no answer out of step.</summary>
    public void Forgive() => State = LifeState.Ended;

    /// <summary>The reply of a request that did this alone.</summary>
    public Reply Charge() => new(
        Fault switch
        {
            IncidentKind.Died => ReplyKind.Crashed,
            IncidentKind.Hung => ReplyKind.Hung,
            _ => ReplyKind.BrokeProtocol,
        }, Text);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        guard.End(process);
        lines.Dispose();
        process.Dispose();
    }

    private TimeSpan Left => budget.Left < timeLimit ? budget.Left : timeLimit;

    private string Seconds => timeLimit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private Awaited Next(CancellationToken stop, out AnswerLine line) => lines.Next(Left, IsOver, stop, out line);

    /// <summary>The process has ended, and what it wrote has had the time to arrive.</summary>
    private bool IsOver()
    {
        if (!process.HasExited)
        {
            return false;
        }

        endedAt = endedAt == 0 ? Stopwatch.GetTimestamp() : endedAt;
        return Stopwatch.GetElapsedTime(endedAt) > Echo;
    }

    /// <summary>A last line may lack its end where the program ends in order.</summary>
    private bool IsWholeLast(int i) => i == count - 1 && Wait(Left, CancellationToken.None) && process.ExitCode == 0;

    private void Fail(Awaited awaited, AnswerLine line)
    {
        if (awaited == Awaited.Stopped || (awaited == Awaited.Nothing && budget.Left <= TimeSpan.Zero))
        {
            State = LifeState.Cut;
        }
        else if (awaited == Awaited.Nothing)
        {
            (State, Fault, Text) = (LifeState.Hung, IncidentKind.Hung, $"no answer within {Seconds} s{errors.Last()}");
        }
        else if (awaited == Awaited.Line && line.End == LineEnd.TooFar)
        {
            (State, Fault) = (LifeState.Dead, IncidentKind.NoAnswer);
            Text = $"a line of more than {AnswerLines.MostBytes} bytes, '{Printable.Short(line.Text, 20)}'{errors.Last()}";
        }
        else
        {
            bool ended = Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
            EndedByItself = ended && process.ExitCode == 0;
            (State, Fault) = (LifeState.Dead, IncidentKind.Died);
            Text = (ended ? $"the program ended{ExitStatus()} " : "the program closed its output ")
                + (awaited == Awaited.Line ? $"in the middle of an answer, '{Printable.Short(line.Text, 80)}'" : "without an answer")
                + errors.Last();
        }
    }

    /// <summary>The text of a line, which must be ended like the others and hold no byte order mark.</summary>
    private string Usual(AnswerLine line, string request)
    {
        if (line.End is LineEnd.Feed or LineEnd.ReturnFeed)
        {
            usualEnd ??= line.End;
            if (line.End != usualEnd)
            {
                log.Add(IncidentKind.MixedLineEnds, request,
                    $"a line ended by {Name(line.End)} after others ended by {Name(usualEnd.Value)}");
            }
        }

        if (line.Text.Length > 0 && line.Text[0] == '\ufeff')
        {
            log.Add(IncidentKind.ByteOrderMark, request, $"a byte order mark before the answer '{Printable.Short(line.Text[1..], 80)}'");
            return line.Text[1..];
        }

        return line.Text;
    }

    private static string Name(LineEnd end) => end == LineEnd.Feed ? "a line feed" : "carriage return and line feed";

    /// <summary>Waits for the end of the process, a moment at a time so that the user is heard.</summary>
    private bool Wait(TimeSpan limit, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
        {
            if (stop.IsCancellationRequested || Stopwatch.GetElapsedTime(begin) > limit)
            {
                return false;
            }
        }

        return true;
    }

    private string ExitStatus()
        => process.ExitCode > 128 ? $" by signal {process.ExitCode - 128}" : $" with exit code {process.ExitCode}";

    private static void Send(Process process, IReadOnlyList<string> requests, int first, int count)
    {
        try
        {
            // Closing the input at the end lets a program that holds its answers back let go of them.
            using StreamWriter input = process.StandardInput;
            input.AutoFlush = false;
            for (int i = 0; i < count; i++)
            {
                input.Write(requests[first + i]);
                input.Write('\n');
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program closed its input: what it still owes shows on the reading side.
        }
    }
}
