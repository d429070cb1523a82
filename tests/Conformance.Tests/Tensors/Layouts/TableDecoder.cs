using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>One quantised tensor as a file holds it, taken apart to a byte a code, with the values it stands for.</summary>
internal sealed record TableTensor(
    string Layout,
    string Name,
    string Element,
    int Block,
    long[] Shape,
    byte[] Codes,
    byte[] Scales,
    double? TensorScale,
    float[] Values);

/// <summary>
/// Reads quantised tensors out of a safetensors or GGUF file by the table of layouts, an element at a time.
/// It is slow and plain on purpose, and shares no code with what it is compared to.
/// </summary>
internal static class TableDecoder
{
    private static readonly double[] E2M1 =
    [
        0, 0.5, 1, 1.5, 2, 3, 4, 6,
        -0.0, -0.5, -1, -1.5, -2, -3, -4, -6,
    ];

    // A line an exponent; bit 7 is the sign.
    private static readonly double[] E4M3Magnitudes =
    [
        0, 0.001953125, 0.00390625, 0.005859375, 0.0078125, 0.009765625, 0.01171875, 0.013671875,
        0.015625, 0.017578125, 0.01953125, 0.021484375, 0.0234375, 0.025390625, 0.02734375, 0.029296875,
        0.03125, 0.03515625, 0.0390625, 0.04296875, 0.046875, 0.05078125, 0.0546875, 0.05859375,
        0.0625, 0.0703125, 0.078125, 0.0859375, 0.09375, 0.1015625, 0.109375, 0.1171875,
        0.125, 0.140625, 0.15625, 0.171875, 0.1875, 0.203125, 0.21875, 0.234375,
        0.25, 0.28125, 0.3125, 0.34375, 0.375, 0.40625, 0.4375, 0.46875,
        0.5, 0.5625, 0.625, 0.6875, 0.75, 0.8125, 0.875, 0.9375,
        1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875,
        2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75,
        4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5,
        8, 9, 10, 11, 12, 13, 14, 15,
        16, 18, 20, 22, 24, 26, 28, 30,
        32, 36, 40, 44, 48, 52, 56, 60,
        64, 72, 80, 88, 96, 104, 112, 120,
        128, 144, 160, 176, 192, 208, 224, 240,
        256, 288, 320, 352, 384, 416, 448, double.NaN,
    ];

    // A line an exponent; bit 7 is the sign.
    private static readonly double[] E5M2Magnitudes =
    [
        0, 0.0000152587890625, 0.000030517578125, 0.0000457763671875,
        0.00006103515625, 0.0000762939453125, 0.000091552734375, 0.0001068115234375,
        0.0001220703125, 0.000152587890625, 0.00018310546875, 0.000213623046875,
        0.000244140625, 0.00030517578125, 0.0003662109375, 0.00042724609375,
        0.00048828125, 0.0006103515625, 0.000732421875, 0.0008544921875,
        0.0009765625, 0.001220703125, 0.00146484375, 0.001708984375,
        0.001953125, 0.00244140625, 0.0029296875, 0.00341796875,
        0.00390625, 0.0048828125, 0.005859375, 0.0068359375,
        0.0078125, 0.009765625, 0.01171875, 0.013671875,
        0.015625, 0.01953125, 0.0234375, 0.02734375,
        0.03125, 0.0390625, 0.046875, 0.0546875,
        0.0625, 0.078125, 0.09375, 0.109375,
        0.125, 0.15625, 0.1875, 0.21875,
        0.25, 0.3125, 0.375, 0.4375,
        0.5, 0.625, 0.75, 0.875,
        1, 1.25, 1.5, 1.75,
        2, 2.5, 3, 3.5,
        4, 5, 6, 7,
        8, 10, 12, 14,
        16, 20, 24, 28,
        32, 40, 48, 56,
        64, 80, 96, 112,
        128, 160, 192, 224,
        256, 320, 384, 448,
        512, 640, 768, 896,
        1024, 1280, 1536, 1792,
        2048, 2560, 3072, 3584,
        4096, 5120, 6144, 7168,
        8192, 10240, 12288, 14336,
        16384, 20480, 24576, 28672,
        32768, 40960, 49152, 57344,
        double.PositiveInfinity, double.NaN, double.NaN, double.NaN,
    ];

    private static readonly double[] E4M3 = [.. E4M3Magnitudes, .. E4M3Magnitudes.Select(value => -value)];
    private static readonly double[] E5M2 = [.. E5M2Magnitudes, .. E5M2Magnitudes.Select(value => -value)];

    // Unsigned: bit 7 means nothing, so both halves of the table are the same.
    private static readonly double[] UE4M3 = [.. E4M3Magnitudes, .. E4M3Magnitudes];
    private static readonly double[] E8M0 = PowersOfTwo();

    /// <summary>Every quantised tensor of the file, in the order in which its header names their codes.</summary>
    public static List<TableTensor> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        return file.Length >= 4 && file[0] == 'G' && file[1] == 'G' && file[2] == 'U' && file[3] == 'F'
            ? ReadGguf(file)
            : ReadSafetensors(file);
    }

    private static double[] PowersOfTwo()
    {
        var table = new double[256];
        double value = 1;
        for (int code = 127; code <= 254; code++, value *= 2)
        {
            table[code] = value;
        }

        value = 1;
        for (int code = 127; code >= 0; code--, value /= 2)
        {
            table[code] = value;
        }

        table[255] = double.NaN;
        return table;
    }

    private static List<TableTensor> ReadSafetensors(byte[] file)
    {
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var order = new List<string>();
        var stored = new Dictionary<string, Stored>(StringComparer.Ordinal);
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                continue;
            }

            string dtype = entry.Value.GetProperty("dtype").GetString()!;
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
            JsonElement offsets = entry.Value.GetProperty("data_offsets");
            int begin = checked((int)offsets[0].GetInt64());
            int end = checked((int)offsets[1].GetInt64());
            byte[] data = file[(8 + headerLength + begin)..(8 + headerLength + end)];
            int? bits = BitsOf(dtype);
            Need(bits is null || data.Length * 8L == Product(shape) * bits, entry.Name, "its bytes do not fill its shape");
            order.Add(entry.Name);
            stored.Add(entry.Name, new Stored(dtype, shape, data));
        }

        var tensors = new List<TableTensor>();
        foreach (string name in order)
        {
            TableTensor? tensor = OneTensor(name, stored);
            if (tensor is not null)
            {
                tensors.Add(tensor);
            }
        }

        return tensors;
    }

    // The rows of the table, by the name and dtype of the codes and then by those of the scales.
    private static TableTensor? OneTensor(string name, Dictionary<string, Stored> stored)
    {
        Stored codes = stored[name];
        if (codes.Dtype == "U8" && name.EndsWith("_blocks", StringComparison.Ordinal))
        {
            string stem = name[..^"_blocks".Length];
            if (Find(stored, stem + "_scales", "U8") is { } scales)
            {
                Need(codes.Shape.Length >= 3 && codes.Shape[^1] == 16, name, "a block is 16 bytes");
                return Blocks("gpt-oss", stem, "e2m1", 32, [.. codes.Shape[..^2], codes.Shape[^2] * 32], Pairs(codes.Data), scales, E8M0);
            }
        }

        if (codes.Dtype == "U8" && name.EndsWith("_packed", StringComparison.Ordinal))
        {
            string weight = name[..^"_packed".Length];
            if (Find(stored, weight + "_scale", "U8") is { } bytes)
            {
                return Blocks("compressed-tensors-mxfp4", weight, "e2m1", 32, Widened(codes, 2), Pairs(codes.Data), bytes, E8M0);
            }

            if (Find(stored, weight + "_scale", "F8_E4M3") is { } scales && Find(stored, weight + "_global_scale", "F32") is { } global)
            {
                double divisor = Single(global);
                byte[] pairs = Pairs(codes.Data);
                return Blocks("compressed-tensors-nvfp4", weight, "e2m1", 16, Widened(codes, 2), pairs, scales, E4M3, divisor, true);
            }
        }

        if (codes.Dtype == "U8")
        {
            if (Find(stored, name + "_scale", "F8_E4M3") is { } scales && Find(stored, name + "_scale_2", "F32") is { } factor)
            {
                return Blocks("modelopt-nvfp4", name, "e2m1", 16, Widened(codes, 2), Pairs(codes.Data), scales, E4M3, Single(factor));
            }

            if (Find(stored, name + "_scale", "U8") is { } bytes)
            {
                return Blocks("quark-mxfp4", name, "e2m1", 32, Widened(codes, 2), Pairs(codes.Data), bytes, E8M0);
            }
        }

        if (codes.Dtype == "F4")
        {
            if (Find(stored, name + "_scale", "F8_E8M0") is { } powers)
            {
                return Blocks("mxact", name, "e2m1", 32, codes.Shape, Pairs(codes.Data), powers, E8M0);
            }

            if (Find(stored, name + "_scale", "F8_E4M3") is { } scales)
            {
                return Blocks("nvfp4-plain", name, "e2m1", 16, codes.Shape, Pairs(codes.Data), scales, E4M3);
            }
        }

        if (codes.Dtype is "F8_E4M3" or "F8_E5M2")
        {
            string element = codes.Dtype == "F8_E4M3" ? "e4m3" : "e5m2";
            if (Find(stored, name + "_scale", "F8_E8M0") is { } powers)
            {
                return Blocks("mxact", name, element, 32, codes.Shape, codes.Data, powers, E8M0);
            }

            if ((Find(stored, name + "_scale", "U8") ?? Find(stored, name + "_scale_inv", "U8")) is { } bytes)
            {
                return Blocks("mxfp8-bytes", name, element, 32, codes.Shape, codes.Data, bytes, E8M0);
            }

            if (Find(stored, name + "_scale_inv", "F32") is { } factors)
            {
                return Tiles("deepseek-v3", name, element, codes, factors);
            }

            if (Beside(name, "scale") is { } scaleName && Find(stored, scaleName, "F8_E8M0") is { } tiles)
            {
                return Tiles("deepseek-v4", name, element, codes, tiles);
            }
        }

        if (codes.Dtype == "U32" && Beside(name, "scales") is { } scalesName && Find(stored, scalesName, "U8") is { } mlx)
        {
            Need(codes.Shape.Length == mlx.Shape.Length, name, "its scales have another rank");
            long words = codes.Shape[^1];
            long groups = mlx.Shape[^1];

            // The mode is in no tensor, but a group is 4 words of mxfp4, 8 of mxfp8 and 2 of nvfp4.
            if (words == 4 * groups)
            {
                return Blocks("mlx-mxfp4", name, "e2m1", 32, Widened(codes, 8), Words(codes.Data, 4), mlx, E8M0);
            }

            if (words == 8 * groups)
            {
                return Blocks("mlx-mxfp8", name, "e4m3", 32, Widened(codes, 4), Words(codes.Data, 8), mlx, E8M0);
            }

            if (words == 2 * groups)
            {
                return Blocks("mlx-nvfp4", name, "e2m1", 16, Widened(codes, 8), Words(codes.Data, 4), mlx, E4M3);
            }

            throw new InvalidDataException($"{name}: {words} words and {groups} scales a row are no MLX mode.");
        }

        return null;
    }

    private static TableTensor Blocks(
        string layout,
        string name,
        string element,
        int block,
        long[] shape,
        byte[] codes,
        Stored scales,
        double[] scaleTable,
        double? tensorScale = null,
        bool divides = false)
    {
        Need(shape.Length > 0 && shape[^1] % block == 0, name, $"its rows are not whole blocks of {block}");
        Need(scales.Shape.SequenceEqual([.. shape[..^1], shape[^1] / block]), name, "its scales have another shape");
        double[] elementTable = ElementTable(element);
        var values = new float[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            // Rows are whole blocks, so the blocks of a row-major tensor simply follow one another.
            double value = elementTable[codes[i]] * scaleTable[scales.Data[i / block]];
            if (tensorScale is { } scale)
            {
                value = divides ? value / scale : value * scale;
            }

            values[i] = (float)value;
        }

        return new TableTensor(layout, name, element, block, shape, codes, scales.Data, tensorScale, values);
    }

    private static TableTensor Tiles(string layout, string name, string element, Stored codes, Stored scales)
    {
        long[] shape = codes.Shape;
        Need(shape.Length >= 2, name, "tiles need rows and columns");
        long n = shape[^2];
        long k = shape[^1];
        long tilesDown = (n + 127) / 128;
        long tilesAcross = (k + 127) / 128;
        Need(scales.Shape.SequenceEqual([.. shape[..^2], tilesDown, tilesAcross]), name, "its scales are not one a tile of 128 x 128");
        double[] elementTable = ElementTable(element);
        bool single = scales.Dtype == "F32";
        var values = new float[codes.Data.Length];
        for (long i = 0; i < values.Length; i++)
        {
            long column = i % k;
            long row = i / k % n;
            long matrix = i / k / n;
            int tile = (int)(((matrix * tilesDown) + (row / 128)) * tilesAcross + (column / 128));
            double scale = single
                ? BinaryPrimitives.ReadSingleLittleEndian(scales.Data.AsSpan(4 * tile, 4))
                : E8M0[scales.Data[tile]];
            values[i] = (float)(elementTable[codes.Data[i]] * scale);
        }

        return new TableTensor(layout, name, element, 128, shape, codes.Data, single ? [] : scales.Data, null, values);
    }

    private static List<TableTensor> ReadGguf(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file), Encoding.UTF8);
        reader.ReadUInt32();
        uint version = reader.ReadUInt32();
        Need(version is 2 or 3, "GGUF", $"version {version} is not known");
        ulong tensorCount = reader.ReadUInt64();
        ulong pairCount = reader.ReadUInt64();
        long alignment = 32;
        for (ulong i = 0; i < pairCount; i++)
        {
            string key = GgufString(reader);
            object? value = GgufValue(reader, reader.ReadUInt32());
            if (key == "general.alignment")
            {
                alignment = (uint)value!;
            }
        }

        var infos = new List<(string Name, long[] Shape, uint Type, long Offset)>();
        for (ulong i = 0; i < tensorCount; i++)
        {
            string name = GgufString(reader);
            var shape = new long[reader.ReadUInt32()];
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                shape[d] = reader.ReadInt64();
            }

            infos.Add((name, shape, reader.ReadUInt32(), reader.ReadInt64()));
        }

        long start = (reader.BaseStream.Position + alignment - 1) / alignment * alignment;
        var tensors = new List<TableTensor>();
        foreach ((string name, long[] shape, uint type, long offset) in infos)
        {
            int at = checked((int)(start + offset));
            switch (type)
            {
                case 0:
                    break;
                case 39:
                    tensors.Add(GgufMxfp4(name, shape, file, at));
                    break;
                case 40:
                    tensors.Add(GgufNvfp4(name, shape, file, at));
                    break;
                default:
                    throw new InvalidDataException($"{name}: GGUF type {type} is not in the table.");
            }
        }

        return tensors;
    }

    private static TableTensor GgufMxfp4(string name, long[] shape, byte[] file, int at)
    {
        Need(shape[^1] % 32 == 0, name, "its rows are not whole blocks of 32");
        var codes = new byte[Product(shape)];
        var scales = new byte[codes.Length / 32];
        for (int block = 0; block < scales.Length; block++)
        {
            int start = at + (17 * block);
            scales[block] = file[start];
            for (int j = 0; j < 16; j++)
            {
                codes[(32 * block) + j] = (byte)(file[start + 1 + j] & 15);
                codes[(32 * block) + j + 16] = (byte)(file[start + 1 + j] >> 4);
            }
        }

        // GGUF's own table is doubled and its scale halved; the two cancel.
        return Blocks("gguf-mxfp4", name, "e2m1", 32, shape, codes, GgufScales(scales, shape, 32), E8M0);
    }

    // Each 16 values have their own 8 bytes: value j is low and value j + 8 high, half of the way that type 39 has it.
    private static TableTensor GgufNvfp4(string name, long[] shape, byte[] file, int at)
    {
        Need(shape[^1] % 64 == 0, name, "its rows are not whole blocks of 64");
        var codes = new byte[Product(shape)];
        var scales = new byte[codes.Length / 16];
        for (int sub = 0; sub < scales.Length; sub++)
        {
            int start = at + (36 * (sub / 4));
            scales[sub] = file[start + (sub % 4)];
            for (int j = 0; j < 8; j++)
            {
                byte pair = file[start + 4 + (8 * (sub % 4)) + j];
                codes[(16 * sub) + j] = (byte)(pair & 15);
                codes[(16 * sub) + j + 8] = (byte)(pair >> 4);
            }
        }

        return Blocks("gguf-nvfp4", name, "e2m1", 16, shape, codes, GgufScales(scales, shape, 16), UE4M3);
    }

    private static Stored GgufScales(byte[] scales, long[] shape, int block) => new("U8", [.. shape[..^1], shape[^1] / block], scales);

    private static string GgufString(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes(checked((int)reader.ReadUInt64())));

    private static object? GgufValue(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case 0: return reader.ReadByte();
            case 1: return reader.ReadSByte();
            case 2: return reader.ReadUInt16();
            case 3: return reader.ReadInt16();
            case 4: return reader.ReadUInt32();
            case 5: return reader.ReadInt32();
            case 6: return reader.ReadSingle();
            case 7: return reader.ReadByte() != 0;
            case 8: return GgufString(reader);
            case 9:
                uint itemType = reader.ReadUInt32();
                ulong count = reader.ReadUInt64();
                for (ulong i = 0; i < count; i++)
                {
                    GgufValue(reader, itemType);
                }

                return null;
            case 10: return reader.ReadUInt64();
            case 11: return reader.ReadInt64();
            case 12: return reader.ReadDouble();
            default: throw new InvalidDataException($"GGUF value type {type} is not known.");
        }
    }

    private static byte[] Pairs(byte[] packed)
    {
        var codes = new byte[2 * packed.Length];
        for (int i = 0; i < packed.Length; i++)
        {
            codes[2 * i] = (byte)(packed[i] & 15);
            codes[(2 * i) + 1] = (byte)(packed[i] >> 4);
        }

        return codes;
    }

    private static byte[] Words(byte[] data, int bits)
    {
        int perWord = 32 / bits;
        var codes = new byte[data.Length / 4 * perWord];
        for (int i = 0; i < codes.Length; i++)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(4 * (i / perWord), 4));
            codes[i] = (byte)((word >> (bits * (i % perWord))) & ((1u << bits) - 1));
        }

        return codes;
    }

    private static double[] ElementTable(string element) => element switch
    {
        "e2m1" => E2M1,
        "e4m3" => E4M3,
        "e5m2" => E5M2,
        _ => throw new ArgumentException($"{element} is no element of the table."),
    };

    private static double Single(Stored tensor)
    {
        Need(tensor.Data.Length == 4, "tensor scale", "it is not one number");
        return BinaryPrimitives.ReadSingleLittleEndian(tensor.Data);
    }

    private static Stored? Find(Dictionary<string, Stored> stored, string name, string dtype) =>
        stored.TryGetValue(name, out Stored? tensor) && tensor.Dtype == dtype ? tensor : null;

    // What stands beside X.weight under another last name, such as X.scales.
    private static string? Beside(string name, string last) =>
        name == "weight" || name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^"weight".Length] + last : null;

    private static long[] Widened(Stored codes, int factor)
    {
        long[] shape = [.. codes.Shape];
        shape[^1] *= factor;
        return shape;
    }

    private static long Product(long[] shape)
    {
        long product = 1;
        foreach (long length in shape)
        {
            product = checked(product * length);
        }

        return product;
    }

    // Null for the dtypes that no layout uses.
    private static int? BitsOf(string dtype) => dtype switch
    {
        "F4" => 4,
        "U8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        "F32" or "U32" => 32,
        _ => null,
    };

    private static void Need(bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{name}: {otherwise}.");
        }
    }

    /// <summary>One entry of a safetensors header with its bytes.</summary>
    private sealed record Stored(string Dtype, long[] Shape, byte[] Data);
}
