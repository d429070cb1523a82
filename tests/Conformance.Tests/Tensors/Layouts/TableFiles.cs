using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Writes whole small files that hold one quantised tensor in a layout of the table.</summary>
internal static class TableFiles
{
    /// <summary>The layouts that <see cref="Write"/> knows, by the names that <see cref="TableDecoder"/> gives them.</summary>
    public static readonly string[] Layouts =
    [
        "gpt-oss",
        "compressed-tensors-mxfp4",
        "compressed-tensors-nvfp4",
        "modelopt-nvfp4",
        "mxfp8-bytes",
        "mxact",
        "nvfp4-plain",
        "mlx-mxfp4",
        "mlx-mxfp8",
        "mlx-nvfp4",
        "deepseek-v3",
        "deepseek-v4",
        "quark-mxfp4",
        "gguf-mxfp4",
        "gguf-nvfp4",
    ];

    /// <summary>
    /// The bytes of a file with one tensor of n rows and k columns: codes one a byte, scales row-major (little-endian float32 for
    /// deepseek-v3), both in row order; the tensor scale is the number to store, for the two layouts that have one.
    /// </summary>
    public static byte[] Write(
        string layout, string name, string element, int n, int k, byte[] codes, byte[] scales, float tensorScale = 1)
    {
        Check(layout, name, element, n, k, codes, scales, tensorScale);
        switch (layout)
        {
            case "gpt-oss":
                return Safetensors(
                    (name + "_blocks", "U8", [1, n, k / 32, 16], Pairs(codes)),
                    (name + "_scales", "U8", [1, n, k / 32], scales));
            case "compressed-tensors-mxfp4":
                return Safetensors(
                    (name + "_packed", "U8", [n, k / 2], Pairs(codes)),
                    (name + "_scale", "U8", [n, k / 32], scales));
            case "compressed-tensors-nvfp4":
                return Safetensors(
                    (name + "_packed", "U8", [n, k / 2], Pairs(codes)),
                    (name + "_scale", "F8_E4M3", [n, k / 16], scales),
                    (name + "_global_scale", "F32", [1], Single(tensorScale)));
            case "modelopt-nvfp4":
                // The input scale is of the activations: it is there to be left alone, so it is not 1.
                return Safetensors(
                    (name, "U8", [n, k / 2], Pairs(codes)),
                    (name + "_scale", "F8_E4M3", [n, k / 16], scales),
                    (name + "_scale_2", "F32", [], Single(tensorScale)),
                    (Beside(name, "input_scale"), "F32", [], Single(0.125f)));
            case "mxfp8-bytes":
                return Safetensors(
                    (name, Float8(element), [n, k], codes),
                    (name + "_scale", "U8", [n, k / 32], scales));
            case "mxact":
                return Safetensors(
                    (name, element == "e2m1" ? "F4" : Float8(element), [n, k], element == "e2m1" ? Pairs(codes) : codes),
                    (name + "_scale", "F8_E8M0", [n, k / 32], scales));
            case "nvfp4-plain":
                return Safetensors(
                    (name, "F4", [n, k], Pairs(codes)),
                    (name + "_scale", "F8_E4M3", [n, k / 16], scales));
            case "mlx-mxfp4":
                return Safetensors(
                    (name, "U32", [n, k / 8], Words(codes, 4)),
                    (Beside(name, "scales"), "U8", [n, k / 32], scales));
            case "mlx-mxfp8":
                return Safetensors(
                    (name, "U32", [n, k / 4], Words(codes, 8)),
                    (Beside(name, "scales"), "U8", [n, k / 32], scales));
            case "mlx-nvfp4":
                return Safetensors(
                    (name, "U32", [n, k / 8], Words(codes, 4)),
                    (Beside(name, "scales"), "U8", [n, k / 16], scales));
            case "deepseek-v3":
                return Safetensors(
                    (name, Float8(element), [n, k], codes),
                    (name + "_scale_inv", "F32", [(n + 127) / 128, (k + 127) / 128], scales));
            case "deepseek-v4":
                return Safetensors(
                    (name, Float8(element), [n, k], codes),
                    (Beside(name, "scale"), "F8_E8M0", [(n + 127) / 128, (k + 127) / 128], scales));
            case "quark-mxfp4":
                return Safetensors(
                    (name, "U8", [n, k / 2], Pairs(codes)),
                    (name + "_scale", "U8", [n, k / 32], scales));
            case "gguf-mxfp4":
                return Gguf(name, 39, n, k, Mxfp4Blocks(codes, scales));
            case "gguf-nvfp4":
                return Gguf(name, 40, n, k, Nvfp4Blocks(codes, scales));
            default:
                throw new ArgumentException($"{layout} is no layout of the table.");
        }
    }

    /// <summary>The mxfp8-bytes layout under its other scale name, <c>_scale_inv</c>; the bytes mean the same.</summary>
    public static byte[] WriteBytesInv(string name, string element, int n, int k, byte[] codes, byte[] scales)
    {
        Check("mxfp8-bytes", name, element, n, k, codes, scales, 1);
        return Safetensors(
            (name, Float8(element), [n, k], codes),
            (name + "_scale_inv", "U8", [n, k / 32], scales));
    }

    private static void Check(string layout, string name, string element, int n, int k, byte[] codes, byte[] scales, float tensorScale)
    {
        string[] elements = layout switch
        {
            "mxact" => ["e2m1", "e4m3", "e5m2"],
            "mxfp8-bytes" => ["e4m3", "e5m2"],
            "mlx-mxfp8" or "deepseek-v3" or "deepseek-v4" => ["e4m3"],
            _ => ["e2m1"],
        };
        Need(elements.Contains(element), $"{layout} does not hold {element}");
        Need(codes.Length == n * k, $"{codes.Length} codes are not {n} x {k}");
        Need(element != "e2m1" || codes.All(code => code < 16), "an e2m1 code is below 16");
        int scaleBytes;
        if (layout is "deepseek-v3" or "deepseek-v4")
        {
            scaleBytes = (n + 127) / 128 * ((k + 127) / 128) * (layout == "deepseek-v3" ? 4 : 1);
        }
        else
        {
            int block = layout.EndsWith("nvfp4", StringComparison.Ordinal) || layout == "nvfp4-plain" ? 16 : 32;
            Need(k % (layout == "gguf-nvfp4" ? 64 : block) == 0, $"{layout} does not hold rows of {k}");
            scaleBytes = n * (k / block);
        }

        Need(scales.Length == scaleBytes, $"{layout} has {scaleBytes} bytes of scales here, not {scales.Length}");
        Need(
            tensorScale == 1 || layout is "compressed-tensors-nvfp4" or "modelopt-nvfp4",
            $"{layout} has no tensor scale");
        bool calledWeight = layout is "modelopt-nvfp4" or "deepseek-v4" || layout.StartsWith("mlx-", StringComparison.Ordinal);
        Need(
            !calledWeight || name == "weight" || name.EndsWith(".weight", StringComparison.Ordinal),
            $"{layout} calls its tensors X.weight, not {name}");
    }

    private static void Need(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    private static string Beside(string name, string last) => name[..^"weight".Length] + last;

    private static string Float8(string element) => element == "e4m3" ? "F8_E4M3" : "F8_E5M2";

    private static byte[] Single(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Pairs(byte[] codes)
    {
        var packed = new byte[codes.Length / 2];
        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] = (byte)(codes[2 * i] | (codes[(2 * i) + 1] << 4));
        }

        return packed;
    }

    private static byte[] Words(byte[] codes, int bits)
    {
        int perWord = 32 / bits;
        var data = new byte[codes.Length / perWord * 4];
        for (int w = 0; w < data.Length / 4; w++)
        {
            uint word = 0;
            for (int j = 0; j < perWord; j++)
            {
                word |= (uint)codes[(w * perWord) + j] << (bits * j);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4 * w, 4), word);
        }

        return data;
    }

    private static byte[] Mxfp4Blocks(byte[] codes, byte[] scales)
    {
        var data = new List<byte>();
        for (int block = 0; block < scales.Length; block++)
        {
            data.Add(scales[block]);
            for (int j = 0; j < 16; j++)
            {
                data.Add((byte)(codes[(32 * block) + j] | (codes[(32 * block) + j + 16] << 4)));
            }
        }

        return [.. data];
    }

    private static byte[] Nvfp4Blocks(byte[] codes, byte[] scales)
    {
        var data = new List<byte>();
        for (int block = 0; block < codes.Length / 64; block++)
        {
            for (int sub = 0; sub < 4; sub++)
            {
                data.Add(scales[(4 * block) + sub]);
            }

            for (int sub = 0; sub < 4; sub++)
            {
                int first = (64 * block) + (16 * sub);
                for (int j = 0; j < 8; j++)
                {
                    data.Add((byte)(codes[first + j] | (codes[first + j + 8] << 4)));
                }
            }
        }

        return [.. data];
    }

    private static byte[] Safetensors(params (string Name, string Dtype, long[] Shape, byte[] Data)[] tensors)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach ((string name, string dtype, long[] shape, byte[] data) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", dtype);
                json.WriteStartArray("shape");
                foreach (long length in shape)
                {
                    json.WriteNumberValue(length);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset + data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
                offset += data.Length;
            }

            json.WriteEndObject();
        }

        while (text.Length % 8 != 0)
        {
            text.WriteByte((byte)' ');
        }

        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write((ulong)text.Length);
        writer.Write(text.ToArray());
        foreach ((_, _, _, byte[] data) in tensors)
        {
            writer.Write(data);
        }

        return file.ToArray();
    }

    private static byte[] Gguf(string name, uint type, int n, int k, byte[] data)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write(1ul);
        writer.Write(2ul);
        GgufString(writer, "general.architecture");
        writer.Write(8u);
        GgufString(writer, "llama");
        GgufString(writer, "general.alignment");
        writer.Write(4u);
        writer.Write(32u);
        GgufString(writer, name);
        writer.Write(2u);
        writer.Write((ulong)k);
        writer.Write((ulong)n);
        writer.Write(type);
        writer.Write(0ul);
        Pad(writer);
        writer.Write(data);
        Pad(writer);
        return file.ToArray();
    }

    private static void GgufString(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Position % 32 != 0)
        {
            writer.Write((byte)0);
        }
    }
}
