namespace Mxact.Conformance.Tests.Faults;

/// <summary>A way in which a kernel misbehaves, and what must be said of it.</summary>
/// <param name="Name">In words.</param>
/// <param name="Rules">
/// Rules in the language of awk that come before the right answer: <c>n</c> counts the requests of the process, <c>v</c> is true at
/// one of them, <c>a[$0]</c> is the right answer, <c>die(signal)</c> dies.
/// </param>
/// <param name="ExitCode">The verdict.</param>
/// <param name="Says">What the report says, one text a line.</param>
/// <param name="Passed">How many of the rows pass; null where that is not the point.</param>
internal sealed record Behaviour(string Name, string Rules, int ExitCode, string Says, int? Passed = null)
{
    /// <summary>How many rows the kernels of the table are asked.</summary>
    public const int Rows = 324;

    private const string State = ", not reproduced when asked alone: state, leak or race";

    private const string Alone = ", reproduced when asked alone";

    /// <summary>The table: behaviour, and the verdict that it must get.</summary>
    public static IReadOnlyList<Behaviour> All { get; } =
    [
        // What is right.
        new("answers everything", "", 0, "conformant: ", Rows),
        new("ends every line with carriage return and line feed", """{ printf "%s\r\n", a[$0]; next }""", 0, "conformant: ", Rows),
        new("does not end the last line", """{ printf "%s%s", sep, a[$0]; sep = "\n"; next }""", 0, "conformant: ", Rows),
        new("holds every answer back until the input ends", """{ l[n] = a[$0]; next } END { for (i = 1; i <= n; i++) print l[i] }""", 0,
            "conformant: ", Rows),
        new("says something on the error stream", """v { print "a warning" > "/dev/stderr" }""", 0, "conformant: ", Rows),

        // What does not happen again when asked alone.
        new("a signal at every 101st request", "n == 101 { die(11) }", 1, $"died 6 times{State}\nby signal 11", Rows),
        new("an end at every 101st request", "n == 101 { exit 4 }", 1, $"died 6 times{State}\nwith exit code 4", Rows),
        new("exit code 128, which no signal is", "n == 101 { exit 128 }", 1, $"died 6 times{State}\nwith exit code 128", Rows),
        new("the lowest signal", "n == 101 { die(1) }", 1, $"died 6 times{State}\nby signal 1 ", Rows),
        new("an end in order at every 101st request", "n == 101 { exit 0 }", 1, $"died 6 times{State}\nwith exit code 0", Rows),
        new("junk before every 101st answer", """n == 101 { print "Traceback: boom" }""", 1, $"no-answer 6 times{State}", Rows),
        new("a hang at the 301st request", "n == 301 { hang() }", 1, $"hung 2 times{State}\nno answer within 0.5 s", Rows),

        // What does.
        new("a signal at one request", "v { die(11) }", 3, $"died once{Alone}\nCRASHED encode-\nby signal 11", Rows - 1),
        new("an exit code at one request", """v { print "no room for it" > "/dev/stderr"; exit 7 }""", 3,
            "with exit code 7 without an answer; it said: no room for it", Rows - 1),
        new("a hang at one request", "v { hang() }", 3, $"hung once{Alone}\nHUNG encode-", Rows - 1),
        new("a signal at one request, answers held back",
            """v { die(6) } { l[n] = a[$0]; next } END { for (i = 1; i <= n; i++) print l[i] }""", 3,
            $"died once{Alone}\nby signal 6", Rows - 1),
        new("an empty line", """v { print ""; next }""", 3, $"no-answer once{Alone}\nan empty line", Rows - 1),
        new("a coloured line", """v { print "\033[31mred"; next }""", 3, @"'\x1b[31mred' is neither", Rows - 1),
        new("capital digits", """v { print "0A"; next }""", 3, "'0A' is neither", Rows - 1),
        new("a line of 100,000 digits", """v { for (i = 0; i < 100000; i++) printf "0"; print ""; next }""", 3,
            "a line of more than 65536 bytes", Rows - 1),
        new("an answer broken off", """v { printf "0"; exit 0 }""", 1, "with exit code 0 in the middle of an answer, '0'", Rows - 1),

        // Out of step: one request's fault, and no other's.
        new("an answer given twice", "v { print a[$0] }", 3, $"out-of-step once{Alone}\n0 failed", Rows - 1),
        new("an answer left out", "v { next }", 3, $"out-of-step once{Alone}\n0 failed", Rows - 1),
        new("an answer twice, at the 101st request of a process", "n == 101 { print a[$0] }", 1, $"{State}\n 0 failed", null),

        // After the last answer.
        new("50 lines too many", """END { for (i = 0; i < 50; i++) print "00" }""", 1, "output-after-end 2 times\n50 lines more", Rows),
        new("junk after the last answer", """END { print "bye" }""", 1, "1 line more than requests; the first beyond is 'bye'", Rows),
        new("an exit code after the last answer", "END { exit 9 }", 1, "bad-end 2 times\nended with exit code 9 after its last", Rows),
        new("a signal after the last answer", "END { die(11) }", 1, "bad-end 2 times\nended by signal 11 after its last", Rows),
        new("a hang after the last answer", "END { hang() }", 1, "hung-at-end 2 times\nhas not ended within 0.5 s of its last", Rows),
        new("lines without end", """END { while (1) print "00" }""", 1, "at least 1000 lines more than requests", Rows),

        // Bytes.
        new("a byte order mark", """v { printf "\357\273\277" }""", 1, "byte-order-mark 2 times", Rows),
        new("a byte order mark and nothing else", """v { print "\357\273\277"; next }""", 3, "byte-order-mark 2 times\nan empty line",
            Rows - 1),
        new("two kinds of line end", """v { printf "%s\r\n", a[$0]; next }""", 1, "mixed-line-ends ", Rows),

        // Answers.
        new("one answer to everything", """{ print "07"; next }""", 1, "'07' to everything would pass 75 (23.1%), this kernel passes 75 ("),
        new("answers in reverse order", """{ l[n] = a[$0]; next } END { for (i = n; i; i--) print l[i] }""", 1, "answered-differently "),
        new("another answer when asked in another order", """n == 1 { first = $0 } v && first != start { print "05"; next }""", 1,
            "answered-differently once\nwhen it was asked again in another order\n1 answered differently", Rows),
        new("unsupported alone", """{ print "unsupported"; next }""", 1, "nothing answered: 0 passed", 0),
        new("an end before the first answer", "n == 1 { exit 3 }", 3, $"died 20 times{Alone}\n324 crashed, hung or not asked", 0),
    ];
}
