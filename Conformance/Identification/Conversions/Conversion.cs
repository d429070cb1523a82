using System.Collections.Immutable;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>One thing a kernel may do: an operation on one format, from one format of inputs.</summary>
/// <param name="Operation">encode, scale or quantize.</param>
/// <param name="Format">An element format, <c>e8m0</c> or a block format.</param>
/// <param name="From">The format of the inputs.</param>
internal sealed record Conversion(Operation Operation, string Format, ElementFormat From)
{
    private const string ScaleRule = "scale-rule", Rounding = "rounding", Overflow = "overflow";

    /// <summary>Everything that a kernel is tried on; narrow inputs where it does not take binary32.</summary>
    public static ImmutableArray<Conversion> All { get; } =
    [
        .. from format in Catalogue.Default.CodeFormats
           from input in (ElementFormat[])[ElementFormats.Binary32, ElementFormats.Binary16, ElementFormats.BFloat16]
           where input == ElementFormats.Binary32 || ElementFormats.Mx.Any(f => f.Name == format)
           select new Conversion(Operation.Encode, format, input),
        .. from operation in (Operation[])[Operation.Scale, Operation.Quantize]
           from block in MxFormats.All
           select new Conversion(operation, block.Name, ElementFormats.Binary32),
    ];

    /// <summary>Whether its inputs are binary16 or bfloat16.</summary>
    public bool IsNarrow => From != ElementFormats.Binary32;

    /// <summary>The latitudes that rows of this conversion name by a word of their own.</summary>
    public ImmutableArray<Latitude> Parameters
    {
        get
        {
            bool hasRule = Operation != Operation.Encode && MxFormats.Find(Format)!.Scale.Element is null;
            bool hasElements = Operation != Operation.Scale;
            string[] ids = [.. hasRule ? [ScaleRule] : Array.Empty<string>(), .. hasElements ? [Rounding, Overflow]
                : Array.Empty<string>()];
            return [.. ids.Select(id => Latitude.Find(id)!)];
        }
    }

    /// <summary>The question under a policy's parameters, as golden rows write it.</summary>
    public Question Ask(ConversionPolicy parameters)
        => Question.Of(Operation, [Format], [.. IsNarrow ? [$"from={From}"] : Array.Empty<string>(),
            .. Parameters.Select(latitude => $"{latitude.Id}={ChoiceReach.Effective(Operation, Format, latitude, parameters)}")]);

    /// <summary>The question whose choices are all a policy's, to be answered by the reference.</summary>
    public Question Under(ConversionPolicy policy) => Ask(ConversionPolicy.Ocp) with { Policy = policy };

    /// <summary>An operand of which any kernel that does this at all makes something: 1.</summary>
    public string Plain
    {
        get
        {
            string one = From == ElementFormats.Binary16 ? "3c00" : From == ElementFormats.BFloat16 ? "3f80" : "3f800000";
            return Operation == Operation.Quantize ? string.Concat(Enumerable.Repeat(one, MxFormats.Find(Format)!.BlockSize)) : one;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Names.Of(Operation)} {Format}{(IsNarrow ? $" from={From}" : "")}";
}
