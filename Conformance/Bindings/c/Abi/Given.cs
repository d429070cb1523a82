using System.Runtime.InteropServices;
using Mxact.Vectors;

namespace Mxact.Native.Abi;

/// <summary>What C hands over, checked: null, negative and too large are refused with the argument's name.</summary>
internal static unsafe class Given
{
    /// <summary>
    /// A structure that begins with its size. One of an earlier version is shorter, and the rest counts as zeros; one of a later version
    /// is longer, and is taken where what is unknown is zero.
    /// </summary>
    public static T Structure<T>(T* given, string name)
        where T : unmanaged
    {
        uint size = *(uint*)NotNull(given, name);
        if (size < sizeof(uint) + sizeof(int) || size > 4096)
        {
            throw new WrongAbiException($"{name}->size is {size}: it is sizeof(mxact_{name}), {sizeof(T)} in this version");
        }

        T copy = default;
        new ReadOnlySpan<byte>(given, (int)Math.Min(size, (uint)sizeof(T))).CopyTo(new Span<byte>(&copy, sizeof(T)));
        return size <= sizeof(T) || !new ReadOnlySpan<byte>((byte*)given + sizeof(T), (int)size - sizeof(T)).ContainsAnyExcept((byte)0)
            ? copy : throw new WrongAbiException($"{name} has members that this version of the library does not know");
    }

    /// <summary>A structure that is written: one that is too short for what is written is refused, whatever else it holds.</summary>
    public static T* Written<T>(T* given, string name)
        where T : unmanaged
    {
        uint size = *(uint*)NotNull(given, name);
        return size >= sizeof(T) ? given
            : throw new WrongAbiException($"{name}->size is {size}: it is sizeof(mxact_{name}), {sizeof(T)} in this version");
    }

    /// <summary>A pointer that is needed.</summary>
    public static T* NotNull<T>(T* pointer, string name)
        where T : unmanaged
        => pointer is not null ? pointer : throw new ArgumentException($"{name} is null");

    /// <summary>A text, or null.</summary>
    public static string? TextOrNull(byte* text) => text is null ? null : Marshal.PtrToStringUTF8((nint)text);

    /// <summary>A text that is needed.</summary>
    public static string Text(byte* text, string name) => Marshal.PtrToStringUTF8((nint)NotNull(text, name))!;

    /// <summary>Words, blanks between them; none of null.</summary>
    public static string[] Words(byte* text)
        => TextOrNull(text)?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>A number of elements that one array holds.</summary>
    public static int Count(long count, string name)
        => count is >= 0 and <= int.MaxValue ? (int)count : throw new ArgumentException($"{name} is 0 to {int.MaxValue}, not {count}");

    /// <summary>The product of two sizes.</summary>
    public static int Count(int rows, int columns, string name) => Count((long)rows * columns, name);

    /// <summary>An array that is read.</summary>
    public static ReadOnlySpan<T> In<T>(void* values, int count, string name)
        where T : unmanaged
        => count == 0 ? default : new(NotNull((byte*)values, name), count);

    /// <summary>An array that is written.</summary>
    public static Span<T> Out<T>(void* values, int count, string name)
        where T : unmanaged
        => count == 0 ? default : new(NotNull((byte*)values, name), count);

    /// <summary>The format of numbers: binary32 of null.</summary>
    public static ElementFormat Wide(byte* name)
    {
        string text = TextOrNull(name) ?? "f32";
        return ElementFormat.TryParse(text, out ElementFormat? format)
            && (format == ElementFormats.Binary32 || format == ElementFormats.Binary16 || format == ElementFormats.BFloat16) ? format
            : throw new ArgumentException($"from is f32, f16 or bf16, not '{Question.Shown(text)}'");
    }

    /// <summary>Where something is computed.</summary>
    public static Execution On(byte* backend, int threads)
    {
        Backend chosen = Execution.Default.Backend;
        if (TextOrNull(backend) is { } name && !Backends.TryParse(name, out chosen))
        {
            throw new ArgumentException($"'{Question.Shown(name)}' names no backend; there are "
                + $"{string.Join(", ", Backends.All.Select(Backends.NameOf))}");
        }

        Backends.Require(chosen);
        return threads is >= 0 and <= 1024 ? new(chosen, threads) : throw new ArgumentException($"threads is 0 to 1024, not {threads}");
    }

    /// <summary>The choices of a conversion.</summary>
    public static Question Conversion(Operation operation, string format, byte* choices)
        => Question.Of(operation, [format], Words(choices));

    /// <summary>Whether two ranges of memory have a byte in common.</summary>
    public static bool Overlap(void* a, long aBytes, void* b, long bBytes)
        => aBytes > 0 && bBytes > 0 && (byte*)a < (byte*)b + bBytes && (byte*)b < (byte*)a + aBytes;
}
