using Mxact.Vectors;

namespace Mxact.Explorer.Dots;

/// <summary>Formats that a model takes.</summary>
internal static class ModelFormats
{
    /// <summary>The formats that are named, where the model takes them, and its usual ones where it does not.</summary>
    public static (string A, string B, string Output) For(MatrixUnit model, string a, string b, string output)
    {
        bool fits = DotOperand.TryParse(a, out DotOperand? ofA) && DotOperand.TryParse(b, out DotOperand? ofB)
            && model.Takes(ofA.Element) && model.Takes(ofB.Element) && (ofA.Scale ?? ofB.Scale) is var scale
            && (scale == model.Scale || (model.ScaleIsOptional && scale is null) || (model.ScaleIsOptional && model.Inner is null));
        string sum = model.Output(output) is not null ? output : DotOutputs.NameOf(model.Outputs[0].Format);
        if (fits)
        {
            return (a, b, sum);
        }

        ElementFormat element = model.Elements.IsEmpty ? ElementFormats.E4M3 : model.Elements[0];
        string usual = new DotOperand(element, model.ScaleIsOptional ? null : model.Scale).ToString();
        return (usual, usual, sum);
    }
}
