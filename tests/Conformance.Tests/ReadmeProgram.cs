namespace Mxact.Conformance.Tests;

/// <summary>The program of the README's second screen, between the two marks.</summary>
internal static class ReadmeProgram
{
    public static void Run()
    {
        // README
        float[] weights = Sample.Normal(1024 * 1024), inputs = Sample.Normal(64 * 1024);        // row-major
        MxTensor w = MxTensor.Quantize(weights, rows: 1024, columns: 1024, MxFormats.Mxfp8E4M3);
        MxTensor x = MxTensor.Quantize(inputs, 64, 1024, MxFormats.Mxfp8E4M3,
            new ConversionPolicy { ScaleRule = ScaleRule.RoundUp, Rounding = RoundingMode.Stochastic(16) },
            bits: RandomBits.Philox(seed: 7));                      // without bits: refused

        ReadOnlySpan<byte> codes = w.Codes, scales = w.Scales;      // [1024, 1024], [1024, 32]
        float[] back = w.Dequantize();
        QuantizationError error = x.ErrorAgainst(inputs);           // Sqnr, Saturated, Flushed, LastBin

        float[] exact = x.MultiplyTransposed(w);                    // X W^T, exact, one rounding
        float[] unit = x.MultiplyTransposed(w, MatrixUnits.BlackwellMxf8f6f4);   // bit for bit the unit
        float[] named = x.MultiplyTransposed(w, MatrixUnits.Parse("promote:128:exact"));

        MxTensor slow = MxTensor.Quantize(weights, 1024, 1024, MxFormats.Mxfp8E4M3, on: Execution.Reference);
        if (slow != w) throw new InvalidOperationException("never");

        byte[] packed = w.Pack(CodeLayout.Bytes, ScaleLayout.Nvidia128x4);
        MxTensor again = MxTensor.FromCodes(MxFormats.Mxfp8E4M3, 1024, 1024, codes, scales);
        foreach (string step in Explain.Block(MxFormats.Mxfp4, inputs.AsSpan(0, 32))) Console.WriteLine(step);
        // README
    }
}
