using Mxact.Mutants.Rewriting;
using Mxact.Mutants.Running;

namespace Mxact.Mutants.Naming;

/// <summary>What is mutated for the suite to name.</summary>
internal static class NamedPlan
{
    /// <summary>The reference and the accumulation alone, for the suite to judge: <c>mxact serve</c> of the copy is the kernel.</summary>
    public static Plan Plan { get; } = new("named-mutants", [.. Room.All.Except(["Training"])],
        [
            "Spec/", "Simulator/Exact/", "Simulator/Reference/", "Simulator/Accumulation/", "Simulator/Packing/", "Vectors/",
            "Conformance/Adapters/", "Conformance/Causes/", "Conformance/Checks/", "Conformance/Recordings/",
        ],
        ["tests/", "Training/"], ["Simulator/Mxact.Simulator.csproj"], file => NamedTable.All.Any(table => table.Holds(file)),
        ["Conformance/Cli"], "Conformance/Cli/bin/Release/net10.0");
}
