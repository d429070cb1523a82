using System.Text;
using System.Text.Json;

namespace Mxact.Benchmarks.Checkpoints;

/// <summary>A .safetensors file in the making, of any size: each tensor's bytes are made a part at a time.</summary>
internal sealed class SampleFile
{
    private const int Part = 1 << 24;

    private readonly Dictionary<string, object> header = [];
    private readonly List<(long Bytes, Fill Fill)> data = [];
    private long end;

    /// <summary>Fills a part of a tensor.</summary>
    public delegate void Fill(Span<byte> part);

    /// <summary>Adds a tensor.</summary>
    public void Add(string name, string type, long[] shape, long bytes, Fill fill)
    {
        header[name] = new { dtype = type, shape, data_offsets = (long[])[end, end + bytes] };
        data.Add((bytes, fill));
        end += bytes;
    }

    /// <summary>Writes it.</summary>
    public void Write(string path)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using FileStream file = File.Create(path);
        int padded = (json.Length + 7) / 8 * 8;
        file.Write(BitConverter.GetBytes((ulong)padded));
        file.Write(json);
        file.Write(Encoding.ASCII.GetBytes(new string(' ', padded - json.Length)));
        byte[] part = new byte[Part];
        foreach ((long bytes, Fill fill) in data)
        {
            for (long at = 0; at < bytes; at += Part)
            {
                Span<byte> next = part.AsSpan(0, (int)Math.Min(Part, bytes - at));
                fill(next);
                file.Write(next);
            }
        }
    }
}
