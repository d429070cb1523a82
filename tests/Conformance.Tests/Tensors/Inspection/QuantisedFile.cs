using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Writes quantised tensors in this project's own layouts and inspects them.</summary>
internal static class QuantisedFile
{
    /// <summary>A .safetensors file of one matrix.</summary>
    public static string Write(Files files, BlockFormat format, byte[] codes, byte[] scales, int rows, int columns,
        BlockAxis axis = BlockAxis.AlongRows, float? tensorScale = null)
    {
        byte[] packed = new byte[codes.Length * format.Element.Bits / 8];
        if (format.Element.Bits == 8)
        {
            codes.CopyTo(packed, 0);
        }
        else
        {
            CodePacker.Pack(codes, packed, format.Element.Bits);
        }

        bool isNvfp4 = format == MxFormats.Nvfp4;
        string type = isNvfp4 ? "F4" : LayoutTable.Mxact.FormOf(format)!.Type.Name;
        int across = axis == BlockAxis.AlongRows ? (columns + format.BlockSize - 1) / format.BlockSize : columns;
        List<string> entries = [];
        List<byte[]> data = [];
        void Add(string name, string dtype, string shape, byte[] bytes)
        {
            int at = data.Sum(part => part.Length);
            entries.Add(string.Create(CultureInfo.InvariantCulture,
                $"\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":[{shape}],\"data_offsets\":[{at},{at + bytes.Length}]}}"));
            data.Add(bytes);
        }

        Add("w", type, $"{rows},{columns}", packed);
        Add("w_scale", isNvfp4 ? "F8_E4M3" : "F8_E8M0", $"{scales.Length / across},{across}", scales);
        if (tensorScale is { } factor)
        {
            Add("w_scale_2", "F32", "", MemoryMarshal.AsBytes<float>([factor]).ToArray());
        }

        return files.Safetensors("w.safetensors", "{" + string.Join(',', entries) + "}", [.. data]);
    }

    /// <summary>What an inspection says of it.</summary>
    public static InspectedTensor Inspect(string path, ScaleLayout order = ScaleLayout.RowMajor)
    {
        using Checkpoint from = Checkpoint.Open(path);
        InspectionOutcome outcome = Inspector.Run(from, from.Tensors, new(path, from.Tensors, null, order), 2, null,
            TestContext.Current.CancellationToken);
        return Assert.Single(outcome.Tensors);
    }

    /// <summary>The rules that fired.</summary>
    public static string Rules(InspectedTensor tensor) => string.Join(' ', tensor.Verdicts.Select(verdict => verdict.Name));
}
