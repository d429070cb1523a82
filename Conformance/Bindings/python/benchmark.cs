#!/usr/bin/env dotnet
#:project ../../../Simulator/Mxact.Simulator.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// The C# side of benchmark.py: the same sizes through the front door, a line each. usage: dotnet run -c Release benchmark.cs > FILE
using System.Diagnostics;
using Mxact;

const int Rows = 1024, Columns = 4096, Outputs = 128;
float[] values = Sample.Normal(Rows * Columns), back = new float[Rows * Columns], results = new float[Rows * Outputs];
byte[] codes = new byte[Rows * Columns], scales = new byte[Rows * Columns / 32];
MxTensor x = MxTensor.Quantize(values, Rows, Columns, MxFormats.Mxfp8E4M3);
MxTensor w = MxTensor.Quantize(Sample.Normal(Outputs * Columns), Outputs, Columns, MxFormats.Mxfp8E4M3);
Say("quantize", () => MxTensor.QuantizeInto(values, Rows, Columns, MxFormats.Mxfp8E4M3, codes, scales));
Say("dequantize", () => x.DequantizeInto(back));
Say("matmul", () =>
{
    Array.Clear(results);
    x.MultiplyInto(w, results, MatrixUnits.BlackwellMxf8f6f4);
});

// The least of some rounds, after a second that lets the runtime compile what runs often.
static void Say(string name, Action act)
{
    for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
    {
        act();
    }

    double least = double.MaxValue;
    for (int i = 0; i < 31; i++)
    {
        long start = Stopwatch.GetTimestamp();
        act();
        least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    Console.WriteLine(FormattableString.Invariant($"{name} {least:0.0000}"));
}
