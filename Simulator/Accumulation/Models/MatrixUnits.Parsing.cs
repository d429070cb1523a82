using Mxact.Simulator.Accumulation.Models;

namespace Mxact;

/// <content>Names.</content>
public static partial class MatrixUnits
{
    /// <summary>The longest name that is read.</summary>
    private const int MostLetters = 256;

    /// <summary>
    /// The model of that name. Hyphens and underscores are alike, case does not matter. Names with parameters:
    /// <c>t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133</c>, <c>promote:128:hopper-wgmma-fp8</c>, <c>exact:ue4m3/16</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, and the line says which are near it; or its parameters are wrong.</exception>
    public static MatrixUnit Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Named(name);
        }
        catch (ArgumentException refusal)
        {
            throw new ArgumentException(refusal.Message, nameof(name), refusal);
        }
    }

    /// <summary>The same, its refusal being a line for a user who typed the name.</summary>
    internal static MatrixUnit Named(string name) => Find(name) ?? throw new ArgumentException(Missing(name));

    /// <summary>The same, or null when there is none.</summary>
    /// <exception cref="ArgumentException">The name starts as one with parameters, and these are wrong.</exception>
    internal static MatrixUnit? Find(string name)
    {
        // Names hold names (promote:N:model): what nests without end would be read without end.
        if (name.Length > MostLetters)
        {
            throw new ArgumentException($"a model's name has at most {MostLetters} letters, not {name.Length}");
        }

        string normal = name.Trim().ToLowerInvariant().Replace('_', '-');
        foreach (MatrixUnit model in All)
        {
            if (model.Name == normal)
            {
                return model;
            }
        }

        return ModelName.Parse(normal);
    }

    /// <summary>The line that says that there is no such model, and which are near it.</summary>
    internal static string Missing(string name)
    {
        ReadOnlySpan<string> near = NearbyNames.To(name, [.. All.Select(model => model.Name)]);
        string hint = near.IsEmpty ? "; the table lists them" : $"; near it: {string.Join(", ", near)}";
        return $"no accumulation model is called '{name}'{hint}";
    }
}
