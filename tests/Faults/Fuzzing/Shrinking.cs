namespace Mxact.Faults.Fuzzing;

/// <summary>Makes an input that a reader fails at short enough to be pinned in a test.</summary>
internal static class Shrinking
{
    private const int MostTries = 4000;

    /// <summary>Leaves out ever smaller pieces as long as the reader fails alike.</summary>
    /// <param name="trial">The reader.</param>
    /// <param name="input">What it fails at.</param>
    /// <param name="finding">How.</param>
    public static byte[] Shrink(Trial trial, byte[] input, Finding finding)
    {
        // A second fault in the same place is the same finding; what takes seconds is left as it is.
        bool IsAlike(byte[] candidate) => trial.Read(candidate) is { } again && Kind(again) == Kind(finding);
        byte[] least = input;
        int tries = finding.Fault == Fault.Slow ? MostTries : 0;
        for (int piece = least.Length / 2; piece > 0; piece /= 2)
        {
            for (int at = 0; at < least.Length && tries < MostTries; tries++)
            {
                byte[] candidate = [.. least.AsSpan(0, at), .. least.AsSpan(Math.Min(least.Length, at + piece))];
                if (IsAlike(candidate))
                {
                    least = candidate;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return least;
    }

    /// <summary>The exception's type and its place, without its message.</summary>
    private static (Fault, string, string) Kind(Finding finding)
        => (finding.Fault, finding.What.Split(':')[0], finding.Fault == Fault.Crash ? finding.What[(finding.What.LastIndexOf(' ') + 1)..]
            : "");
}
