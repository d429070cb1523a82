using Mxact.Explorer.Link;
using Mxact.Vectors;

namespace Mxact.Explorer.Blocks;

/// <summary>A block under one set of choices.</summary>
/// <param name="Name">What the choices are called.</param>
/// <param name="About">What they are, in words.</param>
/// <param name="Answer">Scale and codes.</param>
/// <param name="Digits">Hexadecimal digits of a code.</param>
/// <param name="Than">The answer that others are held to; null where nothing is compared.</param>
public sealed record BlockRow(string Name, string About, Asked Answer, int Digits, Asked? Than)
{
    /// <summary>The scale's code, and whether it departs.</summary>
    public (string Code, bool Departs) Scale => (Answer.Words[0], Compares && Than!.Words[0] != Answer.Words[0]);

    /// <summary>The elements' codes, and whether each departs.</summary>
    public IEnumerable<(string Code, bool Departs)> Codes
    {
        get
        {
            string codes = Answer.Words[1];
            for (int at = 0; at < codes.Length; at += Digits)
            {
                string code = codes[at..(at + Digits)];
                yield return (code, Compares && Than!.Words[1][at..(at + Digits)] != code);
            }
        }
    }

    /// <summary>Whether anything departs.</summary>
    public bool Departs => Compares && Than!.Text != Answer.Text;

    private bool Compares => Than is { IsAnswer: true } && Answer.IsAnswer;

    /// <summary>A block under choices, those left out that cannot act on the format.</summary>
    internal static BlockRow Of(string name, string about, BlockFormat format, IEnumerable<string> choices, string block,
        Asked? than = null)
    {
        IEnumerable<string> acting = choices.Where(word => ChoiceReach.Acts(Operation.Quantize, format.Name, word));
        return new(name, about, Asked.Of(string.Join(' ', ["quantize", format.Name, .. acting]), block), format.Element.HexDigits, than);
    }
}
