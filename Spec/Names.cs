using System.Text;

namespace Mxact;

/// <summary>The one spelling of a choice: the code's identifier in lower case with hyphens.</summary>
internal static class Names
{
    private const int ShortLength = 40;

    /// <summary>
    /// Turns <c>TiesToEven</c> into <c>ties-to-even</c>, <c>Binary32Divide</c> into <c>binary32-divide</c>, <c>Scale7F</c> into
    /// <c>scale7f</c>.
    /// </summary>
    public static string Kebab(string identifier)
    {
        StringBuilder name = new(identifier.Length + 4);
        for (int i = 0; i < identifier.Length; i++)
        {
            if (i > 0 && char.IsUpper(identifier[i]) && i + 1 < identifier.Length && char.IsLower(identifier[i + 1]))
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(identifier[i]));
        }

        return name.ToString();
    }

    /// <summary>What was given for a name, as a message shows it: its first 40 characters.</summary>
    public static string Short(string given) => given.Length <= ShortLength ? given : given[..ShortLength] + "...";

    /// <summary>The name of an enumeration's value.</summary>
    public static string Of<TChoice>(TChoice choice)
        where TChoice : struct, Enum
        => Kebab(choice.ToString());
}
