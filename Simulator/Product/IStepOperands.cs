namespace Mxact.Simulator.Product;

/// <summary>The decoded operands of one step, wherever they lie: in spans on a processor, in views on a device.</summary>
internal interface IStepOperands
{
    /// <summary>Element k of the row of A.</summary>
    ref readonly DecodedElement X(int k);

    /// <summary>Element k of the row of B.</summary>
    ref readonly DecodedElement Y(int k);

    /// <summary>A's scale of a group.</summary>
    ref readonly DecodedElement ScaleX(int group);

    /// <summary>B's scale of a group.</summary>
    ref readonly DecodedElement ScaleY(int group);
}
