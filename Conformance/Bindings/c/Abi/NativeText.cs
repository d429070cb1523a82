using System.Runtime.InteropServices;
using System.Text;

namespace Mxact.Native.Abi;

/// <summary><c>mxact_text</c>: a length, the bytes, a zero.</summary>
internal static unsafe class NativeText
{
    /// <summary>A text of the library's, for the caller to free.</summary>
    public static void Give(byte** target, string text)
    {
        if (target is null)
        {
            throw new ArgumentException("the pointer that a text is written to is null");
        }

        int length = Encoding.UTF8.GetByteCount(text);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)(sizeof(nuint) + length + 1));
        *(nuint*)memory = (nuint)length;
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory + sizeof(nuint), length));
        memory[sizeof(nuint) + length] = 0;
        *target = memory;
    }

    /// <summary>Lines as one text.</summary>
    public static void Give(byte** target, IEnumerable<string> lines) => Give(target, string.Concat(lines.Select(line => line + "\n")));

    /// <summary>A text that ends in zero, which lives as long as its owner.</summary>
    public static byte* Terminated(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    /// <summary>Frees what <see cref="Terminated"/> made.</summary>
    public static void Free(byte* text) => Marshal.FreeCoTaskMem((nint)text);
}
