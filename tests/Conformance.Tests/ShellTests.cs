using System.Globalization;
using System.Text.RegularExpressions;
using Mxact.Cli;
using Mxact.Common;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests;

/// <summary>What every program of the project says to a shell, and how it leaves files behind.</summary>
public sealed class ShellTests
{
    public static TheoryData<string, int, string> Ends() => new()
    {
        { "usage", 2, "p: no such thing\n" },
        { "support", 2, "p: not here\n" },
        { "file", 2, "p: disk full\n" },
        { "own", 2, "p: own\n" },
        { "stopped", 130, "p: interrupted\n" },
        { "aggregate", 2, "p: disk full\n" },
        { "memory", 2, "p: too much\n" },
        { "cancelled", 130, "p: interrupted\n" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_is_one_line_and_its_code(string end, int code, string says)
    {
        using StringWriter error = new() { NewLine = "\n" };
        Assert.Equal(code, ProgramRunner.Run("p", () => throw Of(end), exception => exception is FormatException, error));
        Assert.Equal(says, error.ToString());
    }

    private static Exception Of(string end) => end switch
    {
        "usage" => new UsageException("no such thing"),
        "support" => new NotSupportedException("not here"),
        "file" => new IOException("disk full"),
        "own" => new FormatException("own"),
        "stopped" => new InterruptedException("interrupted"),
        "aggregate" => new AggregateException(new TaskCanceledException(), new AggregateException(new IOException("disk full"))),
        "memory" => new InsufficientMemoryException("too much"),
        "cancelled" => new OperationCanceledException(),
        _ => throw new ArgumentOutOfRangeException(nameof(end)),
    };

    /// <summary>One line, and a file that holds the rest; among several failures of a loop a bug does not hide behind bad input.</summary>
    [Fact]
    public void A_bug_is_one_line_and_a_report_file()
    {
        using StringWriter error = new() { NewLine = "\n" };
        Assert.Equal(70, ProgramRunner.Run("p", () => throw new AggregateException(new IOException("disk full"),
            new InvalidOperationException("two\nlines")), null, error));
        Match line = Regex.Match(error.ToString(), "^p: this is a bug of p, not of your input: InvalidOperationException: two\\\\x0alines; "
            + "please report it with (?<file>.*) \\(MXACT_DEBUG=1 shows the stack trace\\)\n$");
        Assert.True(line.Success, error.ToString());
        string report = File.ReadAllText(line.Groups["file"].Value);
        File.Delete(line.Groups["file"].Value);
        Assert.Contains("A_bug_is_one_line_and_a_report_file", report, StringComparison.Ordinal);
    }

    /// <summary>A stream that takes nothing costs the message and nothing else.</summary>
    [Fact]
    public void An_error_stream_that_cannot_be_written_changes_nothing()
    {
        using StreamWriter full = new(new FullStream()) { AutoFlush = true };
        Assert.Equal(2, ProgramRunner.Run("p", () => throw new UsageException("no"), null, full));
        Assert.Equal(0, ProgramRunner.Run("p", () => 0, null, full));
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }

    /// <summary>The table is in the help, in the page, and in the order of its numbers.</summary>
    [Fact]
    public void The_exit_codes_are_told()
    {
        (int code, string output, _) = MxactProgram.Run("", "--help");
        Assert.Equal(0, code);
        string page = File.ReadAllText(Repository.At("Conformance", "README.md"));
        Assert.Equal([0, 1, 2, 3, 70, 77, 130], ExitCodes.All.Select(e => e.Code));
        foreach (ExitCode exit in ExitCodes.All)
        {
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{exit.Code,5}  {exit.Meaning}\n"), output,
                StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\n| {exit.Code} | {exit.Meaning} |\n"), page,
                StringComparison.Ordinal);
        }
    }

    /// <summary>Whoever asks has not given what a command requires.</summary>
    [Fact]
    public void Every_command_tells_its_help()
        => Assert.All(CommandLine.Create().Subcommands,
            command => Assert.Empty(CommandLine.Create().Parse([command.Name, "--help"]).Errors));

    [Theory]
    [InlineData("plain, é, 中, \U0001F600", "plain, é, 中, \U0001F600")]
    [InlineData("a\u001b[31mred\r\n\u0000\u009b\u202e", "a\\x1b[31mred\\x0d\\x0a\\x00\\x9b\\x202e")]
    public void Control_characters_are_shown(string text, string shown) => Assert.Equal(shown, Printable.Line(text));

    /// <summary>Not in an attribute, whose text is UTF-8 and holds no such thing.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a=1")]
    [InlineData("=1", "'=1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@a", "'@a")]
    [InlineData("\ta", "'\ta")]
    [InlineData("\ra", "'\ra")]
    [InlineData("\na", "'\na")]
    public void A_cell_begins_no_formula(string text, string cell) => Assert.Equal(cell, Printable.Cell(text));

    [Fact]
    public void Half_a_character_is_the_replacement_character() => Assert.Equal("a\ufffdb", Printable.Line("a\ud800b"));

    [Fact]
    public void A_file_appears_whole_or_not_at_all()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "report");
        File.WriteAllText(path, "old");
        Assert.Throws<FormatException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new FormatException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        AtomicFile.Write(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Links_modes_and_devices_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("links and modes of Unix");
            return;
        }

        using TemporaryFolder folder = new();
        string target = Path.Combine(folder.Path, "target");
        string link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, target);
        AtomicFile.Write(link, "one"u8);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal("one", File.ReadAllText(target));

        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(link, "two"u8);
        Assert.Equal("two", File.ReadAllText(target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));

        AtomicFile.Write("/dev/null", "nowhere"u8);
        Assert.Equal(0, new FileInfo("/dev/null").Length);

        // A pipe that a shell names /dev/stdout.
        (int code, string output, string error) = MxactProgram.Run("", "models", "--error-plot", "/dev/stdout");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("</svg>", output, StringComparison.Ordinal);
    }
}
