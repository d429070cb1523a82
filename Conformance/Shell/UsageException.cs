namespace Mxact.Shell;

/// <summary>Something the user gave cannot be used: one line that says what and where.</summary>
internal sealed class UsageException(string message) : Exception(message);
