using System.Buffers.Binary;
using System.Text;
using Mxact.Conformance.Tests.Tensors;
using Mxact.Shell;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Faults.Fuzzing;

/// <summary>Files of tensors, by path as the commands open them and by header alone, which is where they are intricate.</summary>
internal static class TensorReaders
{
    private const int DataBytes = 72;

    private const string PlainHeader =
        """
        {"__metadata__":{"format":"pt","a":"b"},"x":{"dtype":"F32","shape":[2,8],"data_offsets":[0,64]},
        "y":{"dtype":"BF16","shape":[4],"data_offsets":[64,72]}}
        """;

    private const string MxHeader =
        """
        {"w":{"dtype":"F8_E4M3","shape":[1,64],"data_offsets":[0,64]},"w_scale":{"dtype":"F8_E8M0","shape":[1,2],"data_offsets":[64,66]},
        "z":{"dtype":"F16","shape":[3],"data_offsets":[66,72]}}
        """;

    private const string EmptyHeader =
        """
        {"e":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
        "i":{"dtype":"I64","shape":[8],"data_offsets":[8,72]}}   
        """;

    private const string Index =
        """
        {"metadata":{"total_size":12,"x":[1,{"y":null}]},"weight_map":{"a.weight":"m-1.safetensors","a.weight_scale":"m-2.safetensors"}}
        """;

    private static readonly string[] Configs =
    [
        """{"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128],"fmt":"e4m3"},"torch_dtype":"bfloat16"}""",
        """{"quantization":{"quant_algo":"NVFP4","kv_cache_quant_algo":null,"group_size":16}}""", """{"model_type":"llama"}""",
    ];

    private const string NpyDictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }     \n";

    public static IEnumerable<Reader> All()
    {
        string[] headers = [PlainHeader, MxHeader, EmptyHeader];
        byte[][] npy = [Npy(1, NpyDictionary, 32), Npy(2, "{\"shape\":(3,),\"descr\":\"<f2\",\"fortran_order\":True}", 6),
            Npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", 4)];
        yield return new("safetensors", "in.safetensors", [.. headers.Select(Safetensors)], ReadFile, [typeof(UsageException)]);
        yield return new("safetensors-header", "", [.. headers.Select(Encoding.UTF8.GetBytes)],
            input => SafetensorsHeader.Parse(input.Bytes, DataBytes), [typeof(TensorFileException)]);
        yield return new("npy", "in.npy", npy, ReadFile, [typeof(UsageException)]);
        yield return new("npy-header", "", npy, input =>
        {
            (int begin, int end) = NpyHeader.Extent(input.Bytes.AsSpan(0, Math.Min(NpyHeader.Prefix, input.Bytes.Length)),
                input.Bytes.Length);
            NpyHeader.Parse(input.Bytes.AsSpan(begin, end - begin), "x", end, input.Bytes.Length);
        }, [typeof(TensorFileException)]);
        yield return new("gguf", "in.gguf", [Layout("gguf-mxfp4"), Layout("gguf-nvfp4")], ReadFile, [typeof(UsageException)]);
        foreach (string layout in TableFiles.Layouts.Where(layout => !layout.StartsWith("gguf", StringComparison.Ordinal)))
        {
            yield return new($"layout-{layout}", "in.safetensors", [Layout(layout)], ReadFile, [typeof(UsageException)]);
        }

        yield return new("npy-nameless", "in.npy", [Npy(1, "{'descr': '|V1', 'fortran_order': False, 'shape': (4, 2), }\n", 8)], input
            => Checkpoint.Open(input.Path, nameless: TensorType.F8E4M3).Dispose(), [typeof(UsageException)]);
        yield return new("shard-index", "", [Encoding.UTF8.GetBytes(Index), ShardIndex.Write(
                [(new("a", TensorType.F32, [1], 0, 4), "a.safetensors"), (new("b", TensorType.U8, [4], 4, 4), "b.safetensors")])], input
            => ShardIndex.Parse(input.Bytes), [typeof(TensorFileException)]);
        yield return new("quantization-config", "", [.. Configs.Select(Encoding.UTF8.GetBytes)], input
            => QuantizationConfig.Parse(input.Bytes), [typeof(TensorFileException)]);
        yield return new("raw", "in.f32", [new byte[64], Encoding.ASCII.GetBytes("eight!!!")], ReadFile, [typeof(UsageException)]);
    }

    /// <summary>A tensor of 4 x 128 elements in a layout.</summary>
    private static byte[] Layout(string layout)
    {
        const int n = 4, k = 128;
        Layout row = LayoutTable.Require(layout);
        string element = row.Forms[0].Format.Element.Name;
        int scales = row.Tile > 0 ? (row.ScaleType == TensorType.F32 ? sizeof(float) : 1) : n * k / row.Forms[0].Format.BlockSize;
        return TableFiles.Write(layout, "x.weight", element, n, k, [.. Enumerable.Range(0, n * k).Select(i => (byte)(i % 8))],
            [.. Enumerable.Repeat((byte)0x40, scales)]);
    }

    /// <summary>What compare and convert do before the first number is computed: open, plan both ways, read every byte.</summary>
    private static void ReadFile(Input input)
    {
        using Checkpoint file = Checkpoint.Open(input.Path);
        foreach (TensorInfo tensor in file.Tensors)
        {
            file.FileOf(tensor).Read(tensor.Offset, new byte[tensor.Bytes]);
        }

        LayoutFinder finder = new(file.Path, file.Tensors);
        foreach (StoredTensor stored in finder.All(file.Tensors))
        {
            ReadValues(file, stored);
        }

        _ = finder.Nearest(file.Tensors);
        foreach (Layout layout in LayoutTable.All)
        {
            Relay(file, input, layout);
        }

        try
        {
            ConversionPlan.ToMx(input.Path, file.Tensors, file.Tensors, new(MxFormats.Mxfp4, ConversionPolicy.Ocp), BlockAxis.AlongRows,
                LayoutTable.Mxact);
        }
        catch (UsageException)
        {
            // A good file without wide tensors.
        }
    }

    /// <summary>Every value of a quantised tensor.</summary>
    private static void ReadValues(Checkpoint file, StoredTensor tensor)
    {
        StoredValues values = new(file, tensor, Backend.Scalar);
        for (long i = 0; i < values.Tiling.Count; i++)
        {
            Tile tile = values.Tiling[i];
            byte[] codes = new byte[tile.Count], scales = new byte[tile.Count], packed = new byte[tile.Count];
            values.Read(tile, codes, scales, packed);
            _ = values.NanScale(tile, scales);
            values.Values(tile, codes, scales, new uint[tile.Count]);
        }
    }

    /// <summary>Into another layout, as far as a plan goes.</summary>
    private static void Relay(Checkpoint file, Input input, Layout layout)
    {
        try
        {
            new ConversionRun(file, input.Path + ".out", new(file.Tensors, null, ScaleLayout.RowMajor) { Target = layout },
                Execution.Reference).Plan(0);
        }
        catch (UsageException)
        {
            // It holds something else.
        }
    }

    private static byte[] Safetensors(string header)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. new byte[DataBytes]];
    }

    private static byte[] Npy(byte version, string dictionary, int data)
    {
        byte[] text = Encoding.Latin1.GetBytes(dictionary);
        byte[] length = [(byte)text.Length, (byte)(text.Length >> 8), .. version == 1 ? Array.Empty<byte>() : [0, 0]];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. new byte[data]];
    }
}
