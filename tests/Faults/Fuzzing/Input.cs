using System.Text;

namespace Mxact.Faults.Fuzzing;

/// <summary>What a reader is given.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="Path">The file that holds it, for a reader that opens one; a name for messages otherwise.</param>
internal readonly record struct Input(byte[] Bytes, string Path)
{
    /// <summary>The content as a program sees a text that it was given: what is no UTF-8 is replaced.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}
