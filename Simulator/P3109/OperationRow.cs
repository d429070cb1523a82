using System.Collections.Immutable;

namespace Mxact.Simulator.P3109;

/// <summary>An operation of the draft: everything about it but its parameters.</summary>
/// <param name="Name">The draft's name.</param>
/// <param name="Parameters">Its parameters, blank-separated: formats (f..), projections (rho..), the block size (B).</param>
/// <param name="Operands">Its operands with their formats: <c>x:fx</c>, of a block <c>x:fx*B</c>.</param>
/// <param name="Results">Its results likewise; Boolean and Integer are no formats.</param>
/// <param name="Compute">What it does.</param>
internal sealed record OperationRow(string Name, string Parameters, string Operands, string Results, Func<Evaluation, uint[]> Compute)
{
    /// <summary>Its parameters in order.</summary>
    public ImmutableArray<string> ParameterNames { get; } = [.. Parameters.Split(' ')];

    /// <summary>Its name as it is written with parameters: <c>Add&lt;fx,fy,fr,rho&gt;</c>.</summary>
    public string Form => $"{Name}<{string.Join(',', ParameterNames)}>";
}
