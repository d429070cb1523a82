namespace Mxact.Shell;

/// <summary>What the program says to its caller.</summary>
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
}
