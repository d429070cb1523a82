using System.CommandLine;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>
/// <c>mxact completion SHELL</c>: what a shell has to evaluate to complete the words of <c>mxact</c>. Each script asks the program itself
/// (<c>mxact "[suggest:PLACE]" LINE</c>), so that it is never older than the commands.
/// </summary>
internal static class CompletionCommand
{
    /// <summary>The program's own words first; where it has none, file names.</summary>
    private const string Bash = """
        # eval "$(mxact completion bash)", in ~/.bashrc
        _mxact() {
            local line="mxact ${COMP_LINE#* }" word="${COMP_WORDS[COMP_CWORD]}" place suggested
            place=$(( COMP_POINT - ${#COMP_LINE} + ${#line} ))
            COMPREPLY=()
            while IFS= read -r suggested; do
                case $suggested in "$word"*) COMPREPLY+=("$suggested") ;; esac
            done < <(mxact "[suggest:$place]" "$line" 2>/dev/null)
        }
        complete -o default -F _mxact mxact
        """;

    private const string Zsh = """
        # eval "$(mxact completion zsh)", in ~/.zshrc after compinit
        _mxact() {
            local line="mxact ${BUFFER#* }" place
            place=$(( CURSOR - ${#BUFFER} + ${#line} ))
            local -a suggested
            suggested=("${(@f)$(mxact "[suggest:$place]" "$line" 2>/dev/null)}")
            if (( ${#suggested:#} )); then compadd -- ${suggested:#}; else _files; fi
        }
        compdef _mxact mxact
        """;

    private const string Fish = """
        # mxact completion fish | source, in ~/.config/fish/config.fish
        function __mxact_suggested
            set -l line "mxact "(commandline -cp | string replace -r '^\S+\s*' '')
            mxact "[suggest:"(string length -- $line)"]" $line 2>/dev/null
        end
        complete -c mxact -a '(__mxact_suggested)'
        """;

    public static Command Create()
    {
        Command command = new("completion", "print what bash, zsh or fish evaluates to complete the words of mxact");
        Argument<string> shell = new("shell") { Description = "bash, zsh or fish (zsh and fish: untested)" };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        command.Add(shell);
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(Script(parsed.GetRequiredValue(shell)).ReplaceLineEndings("\n"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => throw new UsageException($"'{shell}' names no shell; there are bash, zsh, fish"),
    };
}
