namespace Mxact.Explorer.Check;

/// <summary>Answers that the page shows, held to those of <c>mxact serve</c>.</summary>
/// <param name="command">The command.</param>
internal sealed class AnswerCheck(MxactCommand command)
{
    /// <summary>Holds all answers of some states to the command's.</summary>
    /// <param name="fragments">The states' links.</param>
    /// <param name="states">What they show.</param>
    /// <param name="expected">How many requests each must show at least, and a word that must stand in each of them.</param>
    /// <returns>How many answers were compared.</returns>
    public int Hold(IReadOnlyList<string> fragments, IReadOnlyList<ShownState> states, Func<string, (int Least, string Word)> expected)
    {
        List<(string Fragment, string Request, string Answer)> all = [];
        foreach ((string fragment, ShownState state) in fragments.Zip(states))
        {
            (int least, string word) = expected(fragment);
            if (state.Asked.Length < least || state.Refusals.Length > 0)
            {
                throw new MismatchException($"#{fragment}: {state.Asked.Length} answers where {least} are due; "
                    + string.Join("; ", state.Refusals));
            }

            foreach (string[] asked in state.Asked)
            {
                if (!asked[0].Contains(word, StringComparison.Ordinal))
                {
                    throw new MismatchException($"#{fragment}: shows the answer of another input: {asked[0]}");
                }

                all.Add((fragment, asked[0], asked[1]));
            }
        }

        string[] answers = command.Answers([.. all.Select(one => one.Request)]);
        foreach (((string fragment, string request, string shown), string answer) in all.Zip(answers))
        {
            if (shown != answer)
            {
                throw new MismatchException($"#{fragment}: {request}: the page shows '{shown}', the command says '{answer}'");
            }
        }

        return all.Count;
    }
}
