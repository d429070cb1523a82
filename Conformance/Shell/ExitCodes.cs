using System.Collections.Immutable;
using System.Globalization;

namespace Mxact.Shell;

/// <summary>One exit code and what it says.</summary>
/// <param name="Code">The number.</param>
/// <param name="Meaning">What it tells the caller.</param>
internal sealed record ExitCode(int Code, string Meaning);

/// <summary>What a program says to its caller: the same numbers in every program of the project.</summary>
internal static class ExitCodes
{
    /// <summary>Conformant, or done.</summary>
    public const int Success = 0;

    /// <summary>Mismatches were found.</summary>
    public const int Mismatches = 1;

    /// <summary>Usage or bad input.</summary>
    public const int BadInput = 2;

    /// <summary>The kernel under test crashed, hung or broke the protocol.</summary>
    public const int KernelFailed = 3;

    /// <summary>A bug of the program itself: EX_SOFTWARE of sysexits.h.</summary>
    public const int Bug = 70;

    /// <summary>
    /// A check could not be made, because this machine lacks a package or a device: what Automake and Meson call skipped.
    /// </summary>
    public const int Unchecked = 77;

    /// <summary>Stopped by Ctrl-C or a termination request: 128 + SIGINT, as shells count, whichever signal it was.</summary>
    public const int Interrupted = 130;

    /// <summary>All of them, in the order of their numbers: <c>--help</c> prints this table, and no code outside it is returned.</summary>
    public static ImmutableArray<ExitCode> All { get; } =
    [
        new(Success, "conformant, or done"),
        new(Mismatches, "findings: mismatches, or nothing was answered"),
        new(BadInput, "wrong usage or bad input; one line on the error stream says what"),
        new(KernelFailed, "the kernel under test crashed, hung or broke the protocol"),
        new(Bug, "a bug of the program itself, to be reported"),
        new(Unchecked, "a check could not be made: this machine lacks a package or a device"),
        new(Interrupted, "interrupted (Ctrl-C or a termination request); what is whole is reported"),
    ];

    /// <summary>The table as lines of a help text.</summary>
    public static IEnumerable<string> Lines()
        => All.Select(code => string.Create(CultureInfo.InvariantCulture, $"  {code.Code,3}  {code.Meaning}")).Prepend("Exit codes:");
}
