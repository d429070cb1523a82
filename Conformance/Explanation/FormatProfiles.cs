using System.Collections.Immutable;

namespace Mxact.Conformance.Explanation;

/// <summary>
/// The named profiles that are about a block format. Every profile has an answer for every format, but what a writer of MXFP4 does is no
/// evidence of NVFP4: those of NVFP4 say so in their names.
/// </summary>
internal static class FormatProfiles
{
    /// <summary>They, the standard's first.</summary>
    public static ImmutableArray<Profile> Of(BlockFormat format) => [.. Profile.All.Where(profile => profile == Profile.Ocp
        || profile.Name.EndsWith(MxFormats.Nvfp4.Name, StringComparison.Ordinal) == (format == MxFormats.Nvfp4))];
}
