using System.Text.RegularExpressions;
using Mxact.Common;

namespace Mxact.Conformance.Tests;

/// <summary>What a shell is told to complete words with, in a real bash; and what a build says of itself.</summary>
public sealed class CompletionTests
{
    private static readonly string Definitions = $"mxact() {{ {MxactProgram.Shell} \"$@\"; }}; eval \"$(mxact completion bash)\"";

    [Theory]
    [InlineData("mxact explai", "explain")]
    [InlineData("mxact vectors ch", "check")]
    [InlineData("mxact run --lev", "--level")]
    [InlineData("/usr/bin/mxact explai", "explain")] // by whatever path it is called
    [InlineData("mxact completion f", "fish")]
    [InlineData("mxact run --level sm", "smoke")]
    [InlineData("mxact encode --format e4m3 --rounding to-", "to-odd")]
    [InlineData("mxact formats --backend vector1", "vector128")]
    [InlineData("mxact convert a b --to-layout gpt", "gpt-oss")]
    [InlineData("mxact nothing-like-it", "")]
    [InlineData("mxact run 'an open quote", "")]
    public void Bash_completes_a_word(string line, string words)
    {
        string[] typed = line.Split(' ');
        string set = $"COMP_LINE=\"{line}\" COMP_POINT={line.Length} COMP_CWORD={typed.Length - 1}; COMP_WORDS=("
            + $"{string.Join(' ', typed.Select(word => $"\"{word}\""))})";
        Assert.Equal(words, ConsolePage.Shell(Definitions, $"{set}; _mxact; echo \"${{COMPREPLY[*]}}\"").TrimEnd('\n'));
    }

    /// <summary>Every command and no option, in the middle of a line that goes on.</summary>
    [Fact]
    public void Bash_completes_where_the_cursor_is()
    {
        string shown = ConsolePage.Shell(Definitions,
            "COMP_LINE='mxact i --json x' COMP_POINT=7 COMP_CWORD=1 COMP_WORDS=(mxact i --json x); _mxact; echo \"${COMPREPLY[*]}\"");
        Assert.Equal(["identify", "identify-accumulator", "inspect", "instructions"],
            shown.TrimEnd('\n').Split(' ').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _mxact mxact")]
    [InlineData("zsh", "compdef _mxact mxact")]
    [InlineData("fish", "complete -c mxact -a '(__mxact_suggested)'")]
    public void Every_shell_has_its_script(string shell, string last)
    {
        (int code, string output, string error) = MxactProgram.Run("", "completion", shell);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(last, output.TrimEnd('\n').Split('\n')[^1]);
        Assert.DoesNotContain('\r', output);
    }

    [Fact]
    public void An_unknown_shell_is_one_line()
        => Assert.Equal((2, "", "mxact: 'tcsh' names no shell; there are bash, zsh, fish\n"), MxactProgram.Run("", "completion", "tcsh"));

    [Fact]
    public void The_version_is_one_line_with_the_commit_and_the_golden_set()
    {
        (int code, string output, string error) = MxactProgram.Run("", "--version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^mxact \d+\.\d+\.\d+, (commit [0-9a-f]{40}|built outside a repository), "
            + @"golden vectors v1 \(schema 2, \d+ rows\)\n$", output);
    }

    /// <summary>A version is asked for when something is wrong: a set that is not there must not hide it.</summary>
    [Fact]
    public void The_version_needs_no_golden_set()
        => Assert.Matches(new Regex("^mxact .*, no golden vectors$"),
            ConsolePage.Shell("true", $"MXACT_VECTORS=/nowhere {MxactProgram.Shell} --version").TrimEnd('\n'));
}
