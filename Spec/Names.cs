using System.Text;

namespace Mxact.Spec;

/// <summary>The one spelling of a choice: the code's identifier in lower case with hyphens.</summary>
public static class Names
{
    /// <summary>Turns <c>TiesToEven</c> into <c>ties-to-even</c> and <c>Scale7F</c> into <c>scale-7f</c>.</summary>
    public static string Kebab(string identifier)
    {
        StringBuilder name = new(identifier.Length + 4);
        for (int i = 0; i < identifier.Length; i++)
        {
            bool starts = i > 0 && (char.IsUpper(identifier[i]) || char.IsDigit(identifier[i]))
                && !char.IsDigit(identifier[i - 1]) && !(char.IsUpper(identifier[i - 1]) && char.IsUpper(identifier[i]));
            if (starts)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(identifier[i]));
        }

        return name.ToString();
    }

    /// <summary>The name of an enumeration's value.</summary>
    public static string Of<TChoice>(TChoice choice)
        where TChoice : struct, Enum
        => Kebab(choice.ToString());
}
