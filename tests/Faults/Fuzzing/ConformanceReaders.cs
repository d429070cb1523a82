using System.IO.Compression;
using System.Text;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Recordings;
using Mxact.Conformance.Sweeping;
using Mxact.Shell;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Recorded;
using Mxact.Vectors;

namespace Mxact.Faults.Fuzzing;

/// <summary>Manifests, recordings, logs and lists of the suite, and the names that its options take.</summary>
internal static class ConformanceReaders
{
    private const string Library =
        """
        {"name":"my MXFP4","library":"libmine.so","declared":["profile=ggml"],"functions":[
        {"symbol":"f","operation":"quantize","format":"mxfp4","signature":"void f(const f32*, u8* scales, u8* codes, i64)"},
        {"symbol":"g","operation":"quantize","format":"mxfp4","signature":"void f(const f32*, block*, i64)","layout":"gguf-mxfp4",
        "choices":["overflow=non-finite"]}]}
        """;

    private const string Plain =
        "id,kind,fa,fb,K,A,B,C,D\n"
        + "0,random,e4m3,e4m3,4,3840b87e,38c03801,3f800000,c0000000\n"
        + "1,x,fp16,bf16,1,3c00,3f80,0000,3c00\n";

    private const string Scaled =
        "id,kind,fa,fb,K,A,B,SA,SB,C,D\n"
        + "7,\"a \"\"b\"\"\",e2m1/ue4m3/16,e2m1/ue4m3/16,16,0123456789abcdef,fedcba9876543210,38,38,3f800000,3f800000\n";

    private const string Machine =
        "id,gpu,path,fmt,K,A,B,C,D\n"
        + "0,H100,wgmma,e4m3,4,3840b87e,38c03801,3f800000,c0000000\n"
        + "1,B200,mma,e5m2,4,3840b87e,38c03801,3f800000,c0000000\n";

    private static readonly string[] Models =
    [
        "exact", "Hopper_WGMMA-fp8", "t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133", "t-fdpa:L=32,F=35,rho=rne-fp16,scale=e8m0/32",
        "promote:128:hopper-wgmma-fp8", "promote:32:promote:4:exact", "exact:ue4m3/16", "kahan:e8m0/16", "t-fdpa:l=1,rho=rz-e8m13",
    ];

    private static readonly string[] Declarations =
    [
        "profile=ggml", "scale-rule=threshold:1.75 rounding=stochastic-odd:8", "overflow=non-finite nan-code=all-ones-signed",
            "scale-rule=mse",
        "profile=onnxruntime subnormal-inputs=flush-block", "rounding=to-odd scale-underflow=clamp partial-block=error",
    ];

    public static IEnumerable<Reader> All()
    {
        byte[][] recordings = [.. new[] { Plain, Scaled, Machine }.Select(Encoding.UTF8.GetBytes)];
        yield return new("library-manifest", "kernel.json", [Encoding.UTF8.GetBytes(Library)], input => LibraryManifest.Read(input.Path),
            [typeof(UsageException)]);
        yield return new("recordings", "hopper_wgmma_e4m3_f32.csv", recordings, Recordings,
            [typeof(UsageException), typeof(VectorFileException)]);
        yield return new("recordings-gz", "fma_chain.csv.gz", [.. recordings, .. recordings.Select(Gzip)], Recordings,
            [typeof(UsageException), typeof(VectorFileException)])
        {
            Repair = bytes => bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? bytes : Gzip(bytes),
        };
        yield return new("sweep-log", "", [SweepRows()], input => SweepLogRows.Read(new MemoryStream(input.Bytes), input.Path),
            [typeof(UsageException)])
        {
            Repair = Checks.OfRows,
        };
        yield return new("departures", "departures.csv", [.. new[]
        {
            "id,answer,cause\nencode-e5m2-18e5060e8554,7f,unnamed\nencode-e5m2-34d4a5afd806,\"7f 01\",\"a, b\"\n", "id,answer,cause\n",
        }.Select(Encoding.UTF8.GetBytes)], input => KnownDepartures.Read(input.Path), [typeof(UsageException)]);
        yield return new("model-name", "", [.. Models.Select(Encoding.UTF8.GetBytes)], AskModel, [typeof(ArgumentException)]);
        yield return new("choices", "", [.. Declarations.Select(Encoding.UTF8.GetBytes)], input
            => _ = new Declaration(input.Text.Split(' ')).ToString(),
            [typeof(RequestException)]);
    }

    /// <summary>What <c>mxact recordings</c> does with a file, one row after the other.</summary>
    private static void Recordings(Input input)
    {
        int kept = 0;
        foreach ((long line, IReadOnlyDictionary<string, string> cells) in RecordedDotFile.Read(input.Path))
        {
            RecordedDot dot = RecordingFile.Parse(input.Path, line, cells);
            MatrixUnit model = MatrixUnits.Exact;
            try
            {
                model = RecordedDots.ModelFor(dot, input.Path);
                model = dot.Scale is not null && model.ScaleIsOptional ? model with { Scale = dot.Scale } : model;
                _ = dot.Compute(model);
            }
            catch (ArgumentException)
            {
                // The command says that no model takes the row; what explains a mismatch is asked all the same.
                continue;
            }

            if (kept++ < RecordingCheck.MostKept)
            {
                _ = new RecordedMismatch(line, dot, model, 0).Agreeing().Count();
            }
        }
    }

    private static void AskModel(Input input)
    {
        MatrixUnit model = MatrixUnits.Parse(input.Text);
        _ = MatrixUnits.Parse(model.Name);
        _ = model.Output(ElementFormats.Binary32);
    }

    private static byte[] SweepRows()
    {
        string build = new('0', 32);
        string head = RowChain.Head(SweepLogRows.Columns);
        StringBuilder text = new(head + "\n");
        RowChain chain = new(head);
        Combination combination = new(Backend.Scalar, ElementFormats.E2M1, RoundingMode.TiesToEven, OverflowPolicy.Saturate);
        foreach (Stretch stretch in (Stretch[])[new(combination.ToString(), 0, 31, 0, default, 1.5),
            new(combination.ToString(), 32, 63, 3, new(1, 2, 3), 0)])
        {
            string row = SweepLogRows.TextOf(stretch, build);
            text.Append(row).Append(',').Append(chain.Add(row)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return stream.ToArray();
    }
}
