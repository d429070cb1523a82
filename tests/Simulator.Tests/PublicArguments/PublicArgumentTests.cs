namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>
/// The library refuses like a library: every parameter of every public member has a bad value, and for it the ArgumentException family
/// with the parameter's name, before anything is allocated or written. A new member without a case fails.
/// </summary>
public sealed class PublicArgumentTests
{
    /// <summary>What an exception and a message need; a matrix of <see cref="Memory"/> needs more.</summary>
    private const long Little = 200_000;

    /// <summary>Parameters for which every value is a good one, or whose type leaves no other.</summary>
    private static readonly string[] AnyValue =
    [
        "ScaleThreshold.new: Inclusive", "ScaleThreshold.Inclusive: Inclusive", "MatrixUnit.ScaleIsOptional: ScaleIsOptional",
        "MatrixUnit.Inner: Inner", "Evidence.Output: Output", // a null there is no promotion, and every output
        "Elements.Encode: value", "Elements.EncodeInto: values", "Explain.Scale: code", "Explain.Cast: value", "Explain.ScaleCast: value",
        "RandomBits.Philox: seed",
            "RandomBits.Supplied: words", "Sample.Normal: seed", "RandomWordMap.Take: word", "RandomWordMap.Spread: words",
        "MxTensor.FitTensorScale: values", "TensorScaleRule.Choose: values",
        "QuantizationError.op_Addition: a", "QuantizationError.op_Addition: b",
    ];

    /// <summary>Optional parameters that are objects checked where they were made: null is their default.</summary>
    private static readonly string[] MadeElsewhere = ["policy", "on", "cancel"];

    private static Refusal[] All { get; } = [.. SpecRefusals.All, .. SimulatorRefusals.All, .. TensorRefusals.All];

    [Fact]
    public void Every_parameter_of_every_public_member_has_a_bad_value()
    {
        HashSet<string> covered = [.. All.Select(refusal => $"{refusal.Member}: {refusal.Parameter}"), .. AnyValue];
        Assert.Equal([], PublicMembers.Parameters.Where(p => !covered.Contains(p) && !MadeElsewhere.Contains(p.Split(": ")[1])));
        Assert.Equal([], covered.Except(PublicMembers.Parameters));
    }

    [Fact]
    public void Each_is_refused_by_name_before_anything_is_allocated_or_written()
    {
        List<string> wrong = [];
        foreach (Refusal refusal in All)
        {
            for (int again = 0; again < 2; again++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Exception? thrown = Record.Exception(refusal.Call);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (thrown is not ArgumentException { ParamName: { } name } || name != refusal.Parameter)
                {
                    wrong.Add($"{refusal}: {thrown?.GetType().Name ?? "accepted"}: {thrown?.Message}");
                    break;
                }

                // The first time it compiles.
                if (again == 1 && allocated > Little)
                {
                    wrong.Add($"{refusal}: {allocated} bytes were allocated first");
                }
            }

            if (!Memory.IsUntouched)
            {
                wrong.Add($"{refusal}: something was written");
                break;
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_row_of_the_table_of_units_is_whole() => Assert.All(MatrixUnits.All, unit => Assert.True(unit.IsWhole, unit.Name));
}
