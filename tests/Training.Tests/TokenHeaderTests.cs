using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;
using Mxact.Training.Models;

namespace Mxact.Training.Tests;

/// <summary>Where a .npy file's tokens begin and how many there are, at every boundary of its header.</summary>
public sealed class TokenHeaderTests
{
    private const int MostBytes = 65536;

    [Theory]
    [InlineData(1, 118, 0, 128)] // the file ends with its header: an array of no tokens
    [InlineData(1, 118, 40, 128)]
    [InlineData(2, 118, 40, 130)]
    [InlineData(2, MostBytes, 3, MostBytes + 12)]
    public void Tokens_begin_behind_the_header(int version, int bytes, int tokens, long start)
        => Assert.Equal((start, tokens), Read([.. Head(version, 0, bytes), .. Dictionary(tokens, bytes), .. new byte[2 * tokens]]));

    [Theory]
    [InlineData(0, 0, 118, "is not a .npy file of version 1 or 2")]
    [InlineData(3, 0, 118, "is not a .npy file of version 1 or 2")]
    [InlineData(1, 1, 118, "is not a .npy file of version 1 or 2")]
    [InlineData(2, 0, MostBytes + 1, "its header is longer than the file or than 65536 bytes")]
    public void A_header_of_another_version_or_length_is_refused(int version, int minor, int bytes, string message)
        => Refuses(message, [.. Head(version, minor, bytes), .. Dictionary(4, bytes), .. new byte[8]]);

    [Fact]
    public void A_file_that_ends_within_its_header_is_refused()
    {
        byte[] whole = [.. Head(1, 0, 118), .. Dictionary(0, 118)];
        Refuses("its header is longer than the file", whole[..^1]);
        Refuses("its header is longer than the file", whole[..12]);
        Refuses("is not a .npy file", whole[..11]);
        Refuses("is not a .npy file", [0x92, .. whole[1..]]);
    }

    [Fact]
    public void A_file_that_is_shorter_than_it_was_is_refused()
    {
        byte[] whole = [.. Head(1, 0, 118), .. Dictionary(0, 118)];
        Refuses("shrank while it was read", whole[..100], whole.Length);
    }

    private static byte[] Head(int version, int minor, int bytes)
    {
        byte[] length = new byte[version == 2 ? 4 : 2];
        if (version == 2)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)bytes);
        }

        return [0x93, .. "NUMPY"u8, (byte)version, (byte)minor, .. length];
    }

    private static byte[] Dictionary(int tokens, int bytes)
        => Encoding.ASCII.GetBytes($"{{'descr': '<u2', 'fortran_order': False, 'shape': ({tokens},), }}".PadRight(bytes - 1) + "\n");

    private static (long Start, long Count) Read(byte[] content, long? length = null)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.In("t.npy"), content);
        using SafeFileHandle file = File.OpenHandle(folder.In("t.npy"));
        return TokenHeader.Read("t.npy", file, length ?? content.Length);
    }

    private static void Refuses(string message, byte[] content, long? length = null)
        => Assert.StartsWith(
            "t.npy: " + message, Assert.Throws<UsageException>(() => Read(content, length)).Message, StringComparison.Ordinal);
}
