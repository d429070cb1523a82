using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Simulator.Packing;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Adapters;

/// <summary>Answers request lines by calling a library. What no function does under the asked choices is unsupported.</summary>
internal sealed class LibraryAnswers
{
    private readonly List<(LibraryFunction Function, Declaration Declaration, nint Address)> functions = [];
    private readonly Dictionary<string, (Question Question, int Function)> asked = [];

    public LibraryAnswers(LibraryManifest manifest)
    {
        if (!NativeLibrary.TryLoad(manifest.Library, out nint library))
        {
            throw new UsageException($"{manifest.Library}: "
                + $"{(File.Exists(manifest.Library) ? "cannot be loaded as a shared library" : "not found")}");
        }

        foreach (LibraryFunction function in manifest.Functions)
        {
            functions.Add((
                function,
                new([.. manifest.Declared, .. function.Choices ?? []]),
                NativeLibrary.TryGetExport(library, function.Symbol, out nint address) ? address
                    : throw new UsageException($"{manifest.Library}: no symbol '{function.Symbol}'")));
        }
    }

    /// <summary>Hexadecimal words, or <c>unsupported</c>.</summary>
    public string Answer(string request)
    {
        Question question = Question.Parse(request, out string operands);
        string header = question.ToString();
        if (!asked.TryGetValue(header, out (Question Question, int Function) known))
        {
            known = (question, functions.FindIndex(f => Does(f.Function, f.Declaration, question)));
            asked.Add(header, known);
        }

        return known.Function < 0 ? Answers.Unsupported
            : Call(functions[known.Function].Function, functions[known.Function].Address, operands);
    }

    private static bool Does(LibraryFunction function, Declaration declared, Question question)
        => Names.Of(question.Operation) == function.Operation && question.Formats[0] == FormatNames.Canonical(function.Format)
            && question.From == ElementFormats.Binary32
            && question is { TensorScale: null, TensorScaleRule: null } && declared.Answers(question);

    private static string Call(LibraryFunction function, nint address, string operands)
    {
        HexWords words = new(operands);
        BlockFormat? block = MxFormats.Find(function.Format);
        switch (function.Operation)
        {
            case "encode":
                return HexWords.Write(LibraryCall.Encode(address, function.Signature, words.One("the input", 8)), 2);
            case "decode":
                return HexWords.Write(LibraryCall.Decode(address, function.Signature, (byte)words.One("the code", 2)), 8);
            case "quantize" when block is not null:
                uint[] values = words.Any("the block", 8, block.BlockSize);
                return values.Length < block.BlockSize ? Answers.Unsupported : Quantize(function, address, block, values);
            case "dequantize" when block is not null:
                byte scale = (byte)words.One("the scale", 2);
                uint[] codes = words.Any("the codes", 2, block.BlockSize);
                return codes.Length < block.BlockSize ? Answers.Unsupported
                    : HexWords.Write(Dequantize(function, address, scale, codes), 8);
            default:
                return Answers.Unsupported;
        }
    }

    private static string Quantize(LibraryFunction function, nint address, BlockFormat block, uint[] values)
    {
        uint[] codes = new uint[block.BlockSize];
        byte scale;
        switch (function.Layout)
        {
            case "gguf-mxfp4":
                scale = GgufBlocks.UnpackMxfp4(LibraryCall.QuantizeBlocks(address, values, GgufBlocks.Mxfp4Bytes), codes);
                break;
            case "gguf-nvfp4":
                // Four blocks of 16 travel together: the others are zeros.
                uint[] padded = [.. values, .. new uint[GgufBlocks.Nvfp4Values - values.Length]];
                byte[] scales = new byte[4];
                uint[] all = new uint[GgufBlocks.Nvfp4Values];
                GgufBlocks.UnpackNvfp4(LibraryCall.QuantizeBlocks(address, padded, GgufBlocks.Nvfp4Bytes), scales, all);
                scale = scales[0];
                all.AsSpan(0, block.BlockSize).CopyTo(codes);
                break;
            default:
                (byte[] one, byte[] bytes) = LibraryCall.Quantize(address, values, 1);
                scale = one[0];
                codes = Array.ConvertAll(bytes, b => (uint)b);
                break;
        }

        return $"{HexWords.Write(scale, 2)} {HexWords.Write(codes, 2)}";
    }

    private static uint[] Dequantize(LibraryFunction function, nint address, byte scale, uint[] codes)
    {
        switch (function.Layout)
        {
            case "gguf-mxfp4":
                byte[] mxfp4 = new byte[GgufBlocks.Mxfp4Bytes];
                GgufBlocks.PackMxfp4(scale, codes, mxfp4);
                return LibraryCall.DequantizeBlocks(address, mxfp4, codes.Length);
            case "gguf-nvfp4":
                byte[] nvfp4 = new byte[GgufBlocks.Nvfp4Bytes];
                GgufBlocks.PackNvfp4([scale, 0, 0, 0], [.. codes, .. new uint[GgufBlocks.Nvfp4Values - codes.Length]], nvfp4);
                return LibraryCall.DequantizeBlocks(address, nvfp4, GgufBlocks.Nvfp4Values)[..codes.Length];
            default:
                return LibraryCall.Dequantize(address, [scale], Array.ConvertAll(codes, c => (byte)c));
        }
    }
}
