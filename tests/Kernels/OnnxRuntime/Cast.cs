namespace Mxact.Kernels.OnnxRuntime;

/// <summary>A cast and its attributes.</summary>
/// <param name="From">Input type.</param>
/// <param name="To">Output type.</param>
/// <param name="Saturate">For eight-bit outputs: what lies beyond the format becomes its largest value, not an infinity or NaN.</param>
/// <param name="RoundMode">For E8M0 outputs: up, down or nearest; empty otherwise, because other casts refuse the attribute.</param>
internal sealed record Cast(OnnxType From, OnnxType To, bool Saturate = true, string RoundMode = "")
{
    /// <summary>Operator set 25 is the first whose Cast knows E8M0 with round_mode.</summary>
    private const int OperatorSet = 25;

    /// <summary>The version of the model format that goes with it.</summary>
    private const int IrVersion = 12;

    // AttributeProto.AttributeType.
    private const int IntegerAttribute = 2;
    private const int StringAttribute = 3;

    /// <summary>The bytes of a model of this one node, from x to y. Field numbers are those of onnx.proto3.</summary>
    public byte[] ToModel()
    {
        ProtobufWriter node = new ProtobufWriter().Text(1, "x").Text(2, "y").Text(4, "Cast").Message(5, Attribute("to", To.InModel));
        if (To.Bytes == 1)
        {
            node.Message(5, Attribute("saturate", Saturate ? 1 : 0));
        }

        if (RoundMode.Length > 0)
        {
            node.Message(5, new ProtobufWriter().Text(1, "round_mode").Text(4, RoundMode).Integer(20, StringAttribute));
        }

        ProtobufWriter graph = new ProtobufWriter().Message(1, node).Text(2, "cast").Message(11, Vector("x", From)).Message(12,
            Vector("y", To));
        return new ProtobufWriter()
            .Integer(1, IrVersion)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Integer(2, OperatorSet))
            .ToArray();
    }

    private static ProtobufWriter Attribute(string name, int value)
        => new ProtobufWriter().Text(1, name).Integer(3, value).Integer(20, IntegerAttribute);

    /// <summary>A vector of any length.</summary>
    private static ProtobufWriter Vector(string name, OnnxType type)
    {
        ProtobufWriter shape = new ProtobufWriter().Message(1, new ProtobufWriter().Text(2, "n"));
        ProtobufWriter tensor = new ProtobufWriter().Integer(1, type.InModel).Message(2, shape);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
