namespace Mxact.Mutants.Sites;

/// <summary>The run cannot go on; the message says where and why.</summary>
internal sealed class MutationException(string message) : Exception(message);
