namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Reads a profile's name or <c>id=choice;id=choice</c>.</summary>
internal static class Policies
{
    public static ConversionPolicy Parse(string choices)
    {
        if (Profile.Find(choices) is Profile profile)
        {
            return profile.Policy;
        }

        ConversionPolicy policy = ConversionPolicy.Ocp;
        foreach (string choice in choices.Split(';'))
        {
            int equals = choice.IndexOf('=', StringComparison.Ordinal);
            policy = Latitude.Find(choice[..equals])!.With(policy, choice[(equals + 1)..])
                ?? throw new ArgumentException($"no such choice: {choice}", nameof(choices));
        }

        return policy;
    }
}
