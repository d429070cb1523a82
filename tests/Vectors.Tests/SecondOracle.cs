using Mxact.Common;
using Mxact.Tests.Oracle;

namespace Mxact.Vectors.Tests;

/// <summary>
/// Answers a row of the golden set by the second oracle. It reads the row's words itself and shares nothing with the program
/// that wrote them; what it cannot answer it says, and no row may be among those.
/// </summary>
internal static class SecondOracle
{
    public static bool Agrees(TestVector row)
    {
        Dictionary<string,
            string> choices = row.Choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(c
            => c[..c.IndexOf('=', StringComparison.Ordinal)], c => c[(c.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        if (LatitudeOracle.IsFor(choices))
        {
            return LatitudeOracle.Agrees(row, choices, Element(row.Formats));
        }

        string[] words = row.Operands.Split(' ');
        string rounding = choices.GetValueOrDefault("rounding", "ties-to-even");
        string overflow = choices.GetValueOrDefault("overflow", "saturate");
        string rule = choices.GetValueOrDefault("scale-rule", "floor");
        OracleFormat from = OracleFormat.Of(choices.GetValueOrDefault("from", "fp32"));
        OracleValue divisor = OracleValue.FromBinary32Bits(BitConverter.SingleToUInt32Bits(TensorScaleOracle.Divisor(choices)));
        return row.Operation switch
        {
            Operation.Decode => Same(row.Expected, Decode(row.Formats, Hex.Parse(words[0]))),
            Operation.Encode => Encode(row, from, words, rounding, overflow),
            Operation.Scale => row.Expected == Scale(row.Formats, OracleElement.Decode(from, Hex.Parse(words[0])), rule),
            Operation.Quantize => Quantize(row, from, words, rule, rounding, overflow, choices, divisor),
            Operation.Dequantize
                => Same(row.Expected, Dequantize(row.Formats, (byte)Hex.Parse(words[0]), Hex.ParseMany(words[1], 2), choices, divisor)),
            Operation.Dot => Same(row.Expected, [Dot(row.Formats.Split(' '), words)]),
            Operation.Pack => row.Expected == Convert.ToHexStringLower(Pack(row.Formats, words)),
            Operation.Unpack
                => row.Expected == string.Concat(Unpack(row.Formats, words).Select(c
                => c.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))),
            _ => false,
        };
    }

    private static uint[] Decode(string format, uint code)
        => [format == "e8m0" ? OracleElement.ToBinary32Bits(OracleScale.DecodeE8M0((byte)code))
            : OracleElement.DecodeToBinary32Bits(OracleFormat.Of(format), code)];

    private static bool Encode(TestVector row, OracleFormat from, string[] words, string rounding, string overflow)
    {
        OracleValue value = OracleElement.Decode(from, Hex.Parse(words[0]));
        ulong random = words.Length > 1 ? Hex.Parse(words[1]) : 0;
        if (row.Formats == "e8m0")
        {
            return row.Expected == Code(OracleScale.CastE8M0(value, rounding, overflow, random));
        }

        OracleFormat format = OracleFormat.Of(row.Formats);
        OracleCode code = OracleElement.Encode(format, value, rounding, overflow, random);
        return code.Marker switch
        {
            "" => row.Expected == Code(code.Code),
            "NaN" => row.Expected == "nan:any"
                || (row.Expected.StartsWith("nan:", StringComparison.Ordinal)
                && OracleElement.Decode(format, Hex.Parse(row.Expected[4..])).IsNaN),

            // A format without NaN: the row names the latitude's choice, +max normal.
            _ => row.Latitudes.Contains("nan-without-code=positive-max", StringComparison.Ordinal)
                && row.Expected == Code(OracleElement.Encode(format, OracleValue.Infinity(), "ties-to-even", "saturate").Code),
        };
    }

    private static string Element(string block) => block switch
    {
        "mxfp4" or "nvfp4" or "nvfp4-16x16" or "e2m1/ue5m3/16" or "e2m1/ue5m3/32" => "e2m1",
        "mxint8" => "int8",
        _ => block[(block.IndexOf('-', StringComparison.Ordinal) + 1)..], // an element format, which has no hyphen, is itself
    };

    /// <summary>The format of a scale that is a number of its own; null for E8M0.</summary>
    internal static string? ScaleOf(string block) => block switch
    {
        "nvfp4" or "nvfp4-16x16" => "ue4m3",
        "e2m1/ue5m3/16" or "e2m1/ue5m3/32" => "ue5m3",
        _ => null,
    };

    private static string Scale(string block, OracleValue amax, string rule)
        => Code(ScaleOf(block) is { } scale
            ? OracleBlock.QuantizeNvfp4([amax], "ties-to-even", "saturate", OracleValue.Of(1), scaleFormat: scale).Scale
            : OracleScale.ScaleE8M0(OracleFormat.Of(Element(block)), amax, rule));

    private static bool Quantize(TestVector row, OracleFormat from, string[] words, string rule, string rounding, string overflow,
        Dictionary<string, string> choices, OracleValue divisor)
    {
        OracleValue[] values = [.. Hex.ParseMany(words[0], from.Name is "fp32" ? 8 : 4).Select(bits => OracleElement.Decode(from, bits))];
        ulong[]? random = words.Length > 1 ? [.. Hex.ParseMany(words[1], words[1].Length / values.Length).Select(r => (ulong)r)] : null;
        OracleFormat element = OracleFormat.Of(Element(row.Formats));
        (byte scale, OracleCode[] codes) = ScaleOf(row.Formats) is { } number
            ? OracleBlock.QuantizeNvfp4(values, rounding, overflow, Factor(choices, values, number), random, rule, number, divisor)
            : OracleBlock.QuantizeBlock(element, values, rule, rounding, overflow, random);
        bool special = values.Any(v => !v.IsFinite);
        if (special)
        {
            return row.Expected == $"{(ScaleOf(row.Formats) is "ue4m3" ? "7f" : "ff")} *{2 * values.Length}";
        }

        string[] expected = row.Expected.Split(' ');
        return expected[0] == Code(scale) && Hex.ParseMany(expected[1], 2).Zip(codes).All(pair => pair.Second.Accepts(element, pair.First))
            && expected[1].Length == 2 * codes.Length;
    }

    private static uint[] Dequantize(string block, byte scale, uint[] codes, Dictionary<string, string> choices, OracleValue divisor)
        => ScaleOf(block) is { } number ? OracleBlock.DequantizeNvfp4(scale, codes, Factor(choices, [], number), number, divisor)
            : OracleBlock.DequantizeBlock(OracleFormat.Of(Element(block)), scale, codes);

    private static OracleValue Factor(Dictionary<string, string> choices, OracleValue[] values, string scales)
        => OracleValue.FromBinary32Bits(BitConverter.SingleToUInt32Bits(TensorScaleOracle.Factor(
            choices, values.Select(v => BitConverter.UInt32BitsToSingle(OracleElement.ToBinary32Bits(v))), scales)));

    private static uint Dot(string[] formats, string[] words)
    {
        uint c = Hex.Parse(words[^1]);
        if (formats[0] == "nvfp4")
        {
            // UE4M3 times E2M1 is exact in binary32.
            OracleFormat fp32 = OracleFormat.Of("fp32");
            return OracleDot.Dot(fp32, Nvfp4(words[0], words[2]), fp32, Nvfp4(words[1], words[3]), null, null, c);
        }

        byte[]? scalesA = words.Length == 5 ? [.. Hex.ParseMany(words[2], 2).Select(s => (byte)s)] : null;
        byte[]? scalesB = words.Length == 5 ? [.. Hex.ParseMany(words[3], 2).Select(s => (byte)s)] : null;
        return OracleDot.Dot(OracleFormat.Of(formats[0]), Hex.ParseMany(words[0], 2), OracleFormat.Of(formats[1]),
            Hex.ParseMany(words[1], 2), scalesA, scalesB, c);
    }

    private static uint[] Nvfp4(string codes, string scales)
        => [.. Hex.ParseMany(scales, 2).SelectMany((scale, i)
            => OracleBlock.DequantizeNvfp4((byte)scale, Hex.ParseMany(codes.Substring(32 * i, 32), 2), OracleValue.Of(1)))];

    private static byte[] Pack(string layout, string[] words)
    {
        uint[] codes = Hex.ParseMany(words[^1], 2);
        return layout switch
        {
            "nibbles" => OraclePacking.PackNibbles(codes),
            "fp6" => OraclePacking.PackFp6(codes),
            "scale-tiles-nvidia" => OraclePacking.PackNvidiaScales(Bytes(codes), (int)Hex.Parse(words[0]), (int)Hex.Parse(words[1])),
            "scale-tiles-amd" => OraclePacking.PackGfx950Scales(Bytes(codes), (int)Hex.Parse(words[0]), (int)Hex.Parse(words[1])),
            "gguf-mxfp4" => OraclePacking.PackGgufMxfp4(Bytes(codes[..1]), codes[1..]),
            "gguf-nvfp4" => OraclePacking.PackGgufNvfp4(Bytes(codes[..4]), codes[4..]),
            _ => throw new InvalidOperationException(layout),
        };
    }

    private static uint[] Unpack(string layout, string[] words)
    {
        byte[] bytes = Bytes(Hex.ParseMany(words[^1], 2));
        switch (layout)
        {
            case "nibbles":
                return OraclePacking.UnpackNibbles(bytes, bytes.Length * 2);
            case "fp6":
                return OraclePacking.UnpackFp6(bytes, bytes.Length * 8 / 6);
            case "scale-tiles-nvidia":
                return [.. OraclePacking.UnpackNvidiaScales(bytes, (int)Hex.Parse(words[0]), (int)Hex.Parse(words[1])).Select(b
                    => (uint)b)];
            case "scale-tiles-amd":
                return [.. OraclePacking.UnpackGfx950Scales(bytes, (int)Hex.Parse(words[0]), (int)Hex.Parse(words[1])).Select(b
                    => (uint)b)];
            case "gguf-mxfp4":
                (byte[] scales, uint[] codes) = OraclePacking.UnpackGgufMxfp4(bytes);
                return [.. scales.Select(b => (uint)b), .. codes];
            default:
                (scales, codes) = OraclePacking.UnpackGgufNvfp4(bytes);
                return [.. scales.Select(b => (uint)b), .. codes];
        }
    }

    private static byte[] Bytes(uint[] codes) => [.. codes.Select(c => (byte)c)];

    /// <summary>Compares binary32 words: an expected NaN is any NaN.</summary>
    private static bool Same(string expected, uint[] bits)
        => expected.StartsWith("nan:any", StringComparison.Ordinal)
            ? bits.All(IsNaN) && expected == (bits.Length == 1 ? "nan:any" : $"nan:any*{bits.Length}")
            : expected.Length == 8 * bits.Length
                && bits.Select((b, i) => expected.Substring(8 * i, 8) is var word
                && (word == "nnnnnnnn" ? IsNaN(b) : word == b.ToString("x8", System.Globalization.CultureInfo.InvariantCulture))).All(same
                => same);

    private static bool IsNaN(uint bits) => (bits & 0x7FFFFFFF) > 0x7F800000;

    private static string Code(uint code) => code.ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
}
