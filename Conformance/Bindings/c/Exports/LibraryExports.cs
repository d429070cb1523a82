using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mxact.Native.Abi;
using Mxact.Tensors.Layouts;

namespace Mxact.Native.Exports;

/// <summary>What the library is, and the names it knows.</summary>
internal static unsafe class LibraryExports
{
    private const int Abi = 1;

    private static readonly nint VersionText = Marshal.StringToCoTaskMemUTF8(typeof(BlockFormat).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static readonly nint BuildText = Marshal.StringToCoTaskMemUTF8(
        Vector512.IsHardwareAccelerated ? "vector512" : Vector256.IsHardwareAccelerated ? "vector256"
        : Vector128.IsHardwareAccelerated ? "vector128" : "scalar");

    private static readonly Dictionary<string, Func<IEnumerable<string>>> Kinds = new(StringComparer.Ordinal)
    {
        ["formats"] = () => MxFormats.All.Select(format => format.Name),
        ["elements"] = () => ElementFormats.Elements.Select(format => format.Name).Append(ScaleFormat.E8M0.Name),
        ["profiles"] = () => Profile.All.Select(profile => profile.Name),
        ["latitudes"] = () => Latitude.All.Select(latitude => $"{latitude.Id}: {string.Join(' ', latitude.Choices)}"),
        ["units"] = () => MatrixUnits.All.Select(unit => unit.Name),
        ["layouts"] = () => LayoutTable.All.Select(layout => layout.Name),
        ["backends"] = () => Backends.All.Where(Backends.IsAvailable).Select(Backends.NameOf),
    };

    [UnmanagedCallersOnly(EntryPoint = "mxact_abi")]
    public static int Version() => Abi;

    [UnmanagedCallersOnly(EntryPoint = "mxact_version")]
    public static byte* Name() => (byte*)VersionText;

    [UnmanagedCallersOnly(EntryPoint = "mxact_build")]
    public static byte* Build() => (byte*)BuildText;

    [UnmanagedCallersOnly(EntryPoint = "mxact_error")]
    public static byte* Error() => Call.Message;

    [UnmanagedCallersOnly(EntryPoint = "mxact_text_free")]
    public static void FreeText(byte* text) => NativeMemory.Free(text);

    [UnmanagedCallersOnly(EntryPoint = "mxact_names")]
    public static int KnownNames(byte* kind, byte** names) => Call.Of(() =>
    {
        string text = Given.Text(kind, "kind");
        NativeText.Give(names, Kinds.TryGetValue(text, out Func<IEnumerable<string>>? found) ? found()
            : throw new ArgumentException($"'{Vectors.Question.Shown(text)}' is no kind of name; there are "
                + string.Join(", ", Kinds.Keys)));
        return Status.Ok;
    });
}
