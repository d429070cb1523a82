using System.Buffers.Binary;
using System.Text;

namespace Mxact.Training.Native;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF library asks of others (System V ABI, section of type SHT_GNU_verneed; the
/// Linux Standard Base describes its records).
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionOfVersionNeeds = 0x6FFFFFFE;
    private const ushort Weak = 2;

    /// <summary>Marks every need of a version as weak: the loader then warns where it is missing instead of refusing the library.</summary>
    /// <param name="library">The file; changed in place.</param>
    /// <param name="version">The version's name.</param>
    /// <returns>How many entries were marked.</returns>
    /// <exception cref="InvalidDataException">It is no such ELF file.</exception>
    public static int MakeWeak(Span<byte> library, string version)
    {
        if (library.Length < 64 || !library[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        long sections = (long)U64(library, 0x28);
        int sectionSize = U16(library, 0x3A);
        int sectionCount = U16(library, 0x3C);
        int marked = 0;
        for (int i = 0; i < sectionCount; i++)
        {
            Span<byte> section = Slice(library, sections + ((long)i * sectionSize), sectionSize);
            if (U32(section, 4) == SectionOfVersionNeeds)
            {
                Span<byte> strings = Section(library, Slice(library, sections + (U32(section, 0x28) * (long)sectionSize), sectionSize));
                marked += MakeWeak(Section(library, section), strings, (int)U32(section, 0x2C), version);
            }
        }

        return marked;
    }

    private static int MakeWeak(Span<byte> needs, ReadOnlySpan<byte> strings, int count, string version)
    {
        int marked = 0;
        int need = 0;
        for (int i = 0; i < count; i++)
        {
            int entry = need + (int)U32(needs, need + 8);
            for (int j = U16(needs, need + 2); j > 0; j--)
            {
                ReadOnlySpan<byte> name = strings[(int)U32(needs, entry + 8)..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                {
                    Span<byte> flags = needs.Slice(entry + 4, 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
                    marked++;
                }

                entry += (int)U32(needs, entry + 12);
            }

            need += (int)U32(needs, need + 12);
        }

        return marked;
    }

    private static Span<byte> Section(Span<byte> library, ReadOnlySpan<byte> header)
        => Slice(library, (long)U64(header, 0x18), (long)U64(header, 0x20));

    private static Span<byte> Slice(Span<byte> library, long start, long length)
        => start >= 0 && length >= 0 && start <= library.Length - length
            ? library.Slice((int)start, (int)length)
            : throw new InvalidDataException("an ELF section lies outside its file");

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
