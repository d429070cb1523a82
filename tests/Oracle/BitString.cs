using System.Text;

namespace Mxact.Tests.Oracle;

/// <summary>Codes and bytes as text, one character a bit, the lowest bit of the first item first.</summary>
internal static class BitString
{
    public static string Of(IEnumerable<uint> items, int width)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            if (item >> width != 0)
            {
                throw new ArgumentException($"{item:x} has more than {width} bits.", nameof(items));
            }

            var highestFirst = Convert.ToString(item, 2).PadLeft(width, '0');
            text.Append(highestFirst.Reverse().ToArray());
        }

        return text.ToString();
    }

    /// <summary>The items of the given width; a last one that is cut short is filled with zeros.</summary>
    public static uint[] Items(string bits, int width) =>
        bits.Chunk(width)
            .Select(item => Convert.ToUInt32(new string(item.Reverse().ToArray()).PadLeft(width, '0'), 2))
            .ToArray();
}
