namespace Mxact.Explorer.Check;

/// <summary>The page says something else than it should: one line says what.</summary>
internal sealed class MismatchException(string message) : Exception(message);
