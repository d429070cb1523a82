using System.Collections.Immutable;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>What holding a tensor against one layout says: the quantised tensor that it is, or what is missing for it.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Tensor">The quantised tensor, or null.</param>
/// <param name="Faults">What does not fit, a phrase each; none where it is one.</param>
/// <param name="Distance">How far off it is; 0 where it is one.</param>
/// <param name="IsBroken">Whether every part is there, of its type, and a shape is wrong: it is damaged, and no other kind of
/// tensor.</param>
internal sealed record LayoutFit(Layout Layout, StoredTensor? Tensor, ImmutableArray<string> Faults, int Distance, bool IsBroken = false)
{
    private const int WrongType = 1, WrongShape = 2, Missing = 3;

    private TensorInfo? Codes { get; init; }

    private CodeForm? Form { get; init; }

    private bool LacksScales { get; init; }

    /// <summary>Holds a tensor that may be codes against one form of a layout.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="form">One of its forms.</param>
    /// <param name="codes">The tensor.</param>
    /// <param name="find">Another tensor of the checkpoint by its name, or null.</param>
    /// <param name="isForced">Whether another type of the same width will do: the user says that it is this layout.</param>
    /// <param name="order">The order of the scales.</param>
    /// <returns>Null where the tensor's name or type has nothing of this layout.</returns>
    public static LayoutFit? Of(Layout layout, CodeForm form, TensorInfo codes, Func<string, TensorInfo?> find, bool isForced,
        ScaleLayout order)
    {
        if (!IsType(codes.Type, form.Type, isForced) || !codes.Name.EndsWith(layout.Codes.Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        string name = codes.Name[..^layout.Codes.Suffix.Length];
        if (layout.IsGguf)
        {
            return new(layout, new(layout, name, form, BlockAxis.AlongRows, codes.Shape, codes, null, null), [], 0);
        }

        if (form.Values(codes.Shape) is not { } shape || (layout.Tile > 0 && shape.Length < 2))
        {
            return null;
        }

        List<(int Distance, string Fault)> faults = [];
        TensorInfo? scales = layout.Scales.Select(part => part.Of(name)).OfType<string>().Select(find).FirstOrDefault(t => t is not null);
        BlockAxis axis = BlockAxis.AlongRows;
        if (scales is null)
        {
            faults.Add((Missing, $"no '{TensorInfo.Shown(ScalesName(layout, name))}' of its scales"));
        }
        else
        {
            if (!IsType(scales.Type, layout.ScaleType, isForced))
            {
                faults.Add((WrongType, $"'{scales.ShownName}' is {scales.Type}, not {layout.ScaleType}"));
            }

            if (AxisOf(layout, form, shape, scales, order) is BlockAxis found)
            {
                axis = found;
            }
            else
            {
                faults.Add((WrongShape, $"'{scales.ShownName}' is {scales.ShapeText}, not "
                    + $"{TensorInfo.TextOf(StoredTensor.ScaleShape(layout, shape, form.Format, axis))}"));
            }
        }

        TensorInfo? tensorScale = null;
        if (layout.TensorScale is { } third && third.Part.Of(name) is { } thirdName)
        {
            tensorScale = find(thirdName);
            long matrices = shape.Take(Math.Max(shape.Length - 2, 0)).Aggregate(1L, (product, extent) => product * extent);
            if (tensorScale is null)
            {
                faults.Add((Missing, $"no '{TensorInfo.Shown(thirdName)}', the tensor scale"));
            }
            else if (tensorScale.Type != TensorType.F32 || (tensorScale.Count != 1 && tensorScale.Count != matrices))
            {
                faults.Add((WrongShape, $"'{tensorScale.ShownName}' is {tensorScale.Type} {tensorScale.ShapeText}, not one F32 number"));
            }
        }
        else if (form.Format.Scale.Element is not null && OtherTensorScale(name, find) is { } stray)
        {
            faults.Add((Missing, $"'{stray.ShownName}' is a tensor scale, which this layout has none of"));
        }

        if (!StoredTensor.HasWholeRows(shape, form.Format.Element.Bits))
        {
            faults.Add((WrongShape, $"rows of {codes.Columns} {codes.Type} elements do not fill whole bytes"));
        }

        return faults.Count > 0
            ? new(layout, null, [.. faults.Select(f => f.Fault)], faults.Sum(f => f.Distance),
                faults.All(f => f.Distance == WrongShape))
            { Codes = codes, Form = form, LacksScales = scales is null }
            : new(layout, new(layout, name, form, axis, shape, codes, scales, tensorScale) { ScaleOrder = order }, [], 0);
    }

    /// <summary>
    /// The same where scales are missing and a tensor beside it has their type and shape under another name: that is nearer.
    /// </summary>
    public LayoutFit WithScalesAmong(IEnumerable<TensorInfo> beside)
    {
        if (Form is null || Codes is null || !LacksScales || Faults.Length != 1)
        {
            return this;
        }

        ImmutableArray<long> shape = StoredTensor.ScaleShape(Layout, Form.Values(Codes.Shape)!.Value, Form.Format, BlockAxis.AlongRows);
        string name = ScalesName(Layout, Codes.Name[..^Layout.Codes.Suffix.Length]);
        return beside.FirstOrDefault(t => t.Type == Layout.ScaleType && t.Shape.SequenceEqual(shape)) is { } scales
            ? this with
            {
                Faults = [$"'{scales.ShownName}', of the type and shape of its scales, is not called "
                + $"'{TensorInfo.Shown(name)}'"],
                Distance = WrongType
            }
            : this;
    }

    /// <summary>What a tensor's scales are called.</summary>
    public static string ScalesName(Layout layout, string tensor)
        => layout.Scales[0].Of(tensor) ?? layout.Scales[0].Of(NamePart.WithWeight(tensor))!;

    private static TensorInfo? OtherTensorScale(string name, Func<string, TensorInfo?> find)
        => LayoutTable.All.Select(layout => layout.TensorScale?.Part.Of(name)).OfType<string>().Select(find)
            .FirstOrDefault(t => t is not null);

    private static BlockAxis? AxisOf(Layout layout, CodeForm form, ImmutableArray<long> shape, TensorInfo scales, ScaleLayout order)
    {
        ImmutableArray<long> rows = StoredTensor.ScaleShape(layout, shape, form.Format, BlockAxis.AlongRows);
        if (scales.Shape.SequenceEqual(rows) || (order != ScaleLayout.RowMajor && scales.Count == ScaleStrips.PaddedCount(order, rows)))
        {
            return order == ScaleLayout.RowMajor || scales.Count == ScaleStrips.PaddedCount(order, rows) ? BlockAxis.AlongRows : null;
        }

        return layout.TakesColumns && shape.Length == 2 && order == ScaleLayout.RowMajor
            && scales.Shape.SequenceEqual(StoredTensor.ScaleShape(layout, shape, form.Format, BlockAxis.AlongColumns))
            ? BlockAxis.AlongColumns : null;
    }

    private static bool IsType(TensorType type, TensorType asked, bool isForced)
        => type == asked || (isForced && type.Bits == asked.Bits && type.Bits <= 8 && type.Values == 1 && asked.Values == 1);
}
