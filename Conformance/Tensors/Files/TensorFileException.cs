namespace Mxact.Tensors.Files;

/// <summary>A tensor file is not what it should be: one line that says what; <see cref="TensorFile"/> adds where.</summary>
internal sealed class TensorFileException(string message) : Exception(message);
