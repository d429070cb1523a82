using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>What a mode's type says of itself twice, once as a rule and once as a constant.</summary>
public sealed class RoundingModeTests
{
    public static TheoryData<string> Modes() => [.. RoundingMode.Deterministic.Select(mode => mode.ToString())];

    /// <summary>A mode that has other thresholds for negative values and does not say so rounds them as positive ones, in
    /// silence.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_mode_tells_signs_exactly_where_its_thresholds_do(string name)
    {
        Assert.True(RoundingMode.TryParse(name, out RoundingMode mode));
        Assert.Equal(Roundings.Dispatch<Thresholds, bool>(mode, default), Roundings.Dispatch<Constant, bool>(mode, default));
    }

    private readonly struct Thresholds : IRoundingVisitor<bool>
    {
        public bool Visit<TRounding>()
            where TRounding : struct, IRounding
            => TRounding.Threshold(evenCode: true, negative: false) != TRounding.Threshold(evenCode: true, negative: true)
                || TRounding.Threshold(evenCode: false, negative: false) != TRounding.Threshold(evenCode: false, negative: true);
    }

    private readonly struct Constant : IRoundingVisitor<bool>
    {
        public bool Visit<TRounding>()
            where TRounding : struct, IRounding
            => TRounding.TellsSigns;
    }
}
