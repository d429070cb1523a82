namespace Mxact.Training;

/// <summary>What the program says to its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Done; a diverged run is a result like any other.</summary>
    public const int Success = 0;

    /// <summary>A check failed, or a run of a sweep did.</summary>
    public const int Failed = 1;

    /// <summary>Usage or bad input, or stopped before the end.</summary>
    public const int BadInput = 2;
}
