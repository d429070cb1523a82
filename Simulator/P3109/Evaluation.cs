using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>One evaluation of an operation: its operands as values, and the projection of its results.</summary>
/// <param name="operation">The operation with its parameters.</param>
/// <param name="codes">The operands' codes, in order.</param>
/// <param name="random">R of each stochastic projection, in order.</param>
internal sealed class Evaluation(P3109Operation operation, uint[] codes, uint[] random)
{
    private int projected;

    /// <summary>The operation.</summary>
    public P3109Operation Operation => operation;

    /// <summary>The code of an operand that has one.</summary>
    public uint Code(int operand) => codes[First(operand)];

    /// <summary>The value of an operand that has one code.</summary>
    public Number Value(int operand) => Codec.Decode(operation.Operands[operand].Format!, Code(operand));

    /// <summary>The values of an operand's codes.</summary>
    public Number[] Values(int operand)
        => [.. codes.AsSpan(First(operand), operation.Operands[operand].Count).ToArray()
            .Select(code => Codec.Decode(operation.Operands[operand].Format!, code))];

    /// <summary>The one result: a value projected.</summary>
    public uint[] Result(ClosedReal value) => [Project("fr", "rho", value)];

    /// <summary>A value projected to the format that a parameter names, by the projection that another does.</summary>
    public uint Project(string format, string projection, ClosedReal value)
    {
        P3109Projection by = operation.ProjectionOf(projection);
        return Projection.Project(operation.FormatOf(format), by, value, by.Rounding.IsStochastic ? random[projected++] : 0);
    }

    /// <summary>The elements under a scale, projected.</summary>
    public uint[] Block(Number scale, Number[] elements)
        => [.. elements.Select(element => Project("fr", "rho", Blocks.Element(scale, element)))];

    private int First(int operand)
    {
        int first = 0;
        for (int i = 0; i < operand; i++)
        {
            first += operation.Operands[i].Count;
        }

        return first;
    }
}
