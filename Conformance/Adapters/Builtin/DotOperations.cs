using Mxact.Simulator.Product;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Adapters.Builtin;

/// <summary>Dot products through a backend's matrix product: sixteen at a time on the diagonal, so that every lane holds one.</summary>
internal static class DotOperations
{
    private const int Side = 16;

    /// <summary>The operation, or null where no kernel does it.</summary>
    public static Func<IReadOnlyList<string>, string[]>? Of(Question question, Backend backend)
    {
        DotSetup setup;
        try
        {
            setup = DotSetup.Of(question);
        }
        catch (UnsupportedException)
        {
            return null;
        }

        ProductOptions options = new() { Execution = new(backend) };
        return ModelProduct.IsAccelerated(setup.Model, setup.Output, backend) ? operands
            => [.. operands.Chunk(Side).SelectMany(some => Multiply(setup, options, some))] : null;
    }

    private static string[] Multiply(DotSetup setup, ProductOptions options, string[] operands)
    {
        int side = operands.Length;
        Rows a = new(setup.A.Element);
        Rows b = new(setup.B.Element);
        uint[] c = new uint[side * side];
        for (int i = 0; i < side; i++)
        {
            HexWords words = new(operands[i]);
            bool scaled = words.Left == 5;
            a.AddCodes(ref words);
            b.AddCodes(ref words);
            if (scaled)
            {
                a.AddScales(ref words);
                b.AddScales(ref words);
            }

            c[i * (side + 1)] = words.One("C", setup.Output.HexDigits);
        }

        ModelProduct.Multiply(setup.Model, a.Operand(setup.Model), b.Operand(setup.Model), c, side, side, a.Count / side, setup.Output,
            options);
        return [.. Enumerable.Range(0, side).Select(i => HexWords.Write(c[i * (side + 1)], setup.Output.HexDigits))];
    }

    /// <summary>An operand, row by row.</summary>
    private sealed class Rows(ElementFormat format)
    {
        private readonly List<uint> codes = [];
        private readonly List<byte> scales = [];

        public int Count => codes.Count;

        public void AddCodes(ref HexWords words) => codes.AddRange(words.Any("the codes", format.HexDigits));

        public void AddScales(ref HexWords words) => scales.AddRange(Array.ConvertAll(words.Any("the scales", 2), s => (byte)s));

        public MatrixOperand Operand(MatrixUnit model)
            => format.Bits > 16 ? new(format, codes.ToArray())
                : format.Bits > 8 ? new(format, codes.Select(c => (ushort)c).ToArray())
                : scales.Count == 0 ? new(format, codes.Select(c => (byte)c).ToArray())
                : new(format, codes.Select(c => (byte)c).ToArray(), model.Scale!.Format, model.Scale.BlockSize, scales.ToArray());
    }
}
