namespace Mxact.Shell;

/// <summary>The user stopped the work and nothing of it is kept: one line that says so.</summary>
internal sealed class InterruptedException(string message) : Exception(message);
