using System.Text;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Faults.Fuzzing;

/// <summary>The golden set and the lines of the protocol.</summary>
internal static class VectorReaders
{
    private const string RowColumns = "id,level,operation,formats,choices,operands,expected,latitudes,clause,flags\n";

    private static readonly string[] Requests =
    [
        "encode e4m3 overflow=saturate rounding=ties-to-even 3f800000",
        "encode e5m2 from=fp16 overflow=non-finite rounding=stochastic:8 3c00 7f",
        "decode e2m1 07",
        "scale mxfp4 scale-rule=round-up 40e00000",
        "quantize mxfp8-e4m3 overflow=saturate rounding=ties-to-even scale-rule=floor 3f8000003f000000bf8000007fc00000",
        "quantize nvfp4 profile=ocp tensor-scale=3f800000 3f8000003f000000",
        "dequantize mxint8 7f 4080c0ff",
        "dot e5m2 e5m2 model=exact bd4bf833 eeb6d506 00000000",
        "dot e2m1 e2m1 model=t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133,scale=ue4m3/16 out=f32 01020304050607080001020304050607 "
            + "0f0e0d0c0b0a09080706050403020100 38 38 3f800000",
        "dot fp16 fp16 model=volta-fp16 out=f16 bc00bc00 3800b800 3380",
        "pack nibbles 0203",
        "unpack gguf-mxfp4 7e0123456789abcdef0123456789abcdef01",
    ];

    public static IEnumerable<Reader> All()
    {
        string[] rows =
        [
            "decode-e5m2-611a3b1c7524,smoke,decode,e5m2,,00,00000000,,OFP8 r1.0 5.1,\n"
                + "encode-e4m3-0123,standard,encode,e4m3,overflow=saturate rounding=ties-to-even,7fc00000,nan:7f,,OFP8 r1.0 5.1,nan\n",
            "quantize-mxfp4-1,smoke,quantize,mxfp4,overflow=saturate rounding=ties-to-even scale-rule=floor,3f800000bf000000,7d 0c0a,"
                + "zero-block=scale00,MX v1.0 6.3,\n"
                + "quantize-mxfp4-2,smoke,quantize,mxfp4,overflow=saturate rounding=ties-to-even scale-rule=floor,"
                + "7fc00000,ff *2,,\"MX, 6\",a b\n",
            "dot-fp16-99b6b1182702,standard,dot,fp16 fp16,model=volta-fp16 out=f32,bc00bc00 3800b800 33800000,33800000,,"
                + "\"Khattak and Mikaitis, arXiv 2512.07004\",model truncation padding\n",
            "scale-mxfp8-e5m2-a3,standard,scale,mxfp8-e5m2,scale-rule=floor,00000001,00,scale-underflow=clamp,MX v1.0 6.3,a\n"
                + "dequantize-mxfp4-1,deep,dequantize,mxfp4,,ff 01,nnnnnnnn,,MX,\n"
                + "pack-nibbles-feeb,smoke,pack,nibbles,,0203,32,,MX v1.0 5.1,layout\n",
        ];
        string hash = new('a', 64);
        byte[] manifest = Encoding.UTF8.GetBytes(new Manifest(GoldenFiles.SchemaVersion, "v1", "mxact 0.1.0", "4d58", "CC0-1.0",
            [new("decode.csv", 2192, hash), new("encode-e5m2.csv", 7, hash)]).ToJson());
        yield return new("golden-manifest", "manifest.json", [manifest],
            input => Manifest.Parse(InputFile.ReadAllText(input.Path), input.Path), [typeof(VectorFileException), typeof(UsageException)]);
        yield return new("golden-rows", "rows.csv", [.. rows.Select(row => Encoding.UTF8.GetBytes(RowColumns + row))], Judge,
            [typeof(VectorFileException), typeof(RequestException)]);
        yield return new("requests", "", [Lines(Requests), .. Requests.Select(Encoding.UTF8.GetBytes)],
            input => Cli.Commands.LineLoop.Run(new MemoryStream(input.Bytes), Stream.Null, TextWriter.Null, new Answers().Answer), []);
        yield return new("question", "", [.. Requests.Select(Encoding.UTF8.GetBytes)], input =>
        {
            Question question = Question.Parse(input.Text, out string operands);
            _ = question.ToString();
            _ = Expectation.FromAnswer(question, Answerer.For(question).Answer(operands));
        }, [typeof(RequestException)]);
        yield return new("answers", "", [Lines("38", "7d 0604", "unsupported"), Encoding.ASCII.GetBytes("00\r\n7fc00000 01\r\nff\r\n")],
            input =>
        {
            using AnswersFile file = new(input.Path, new LimitedLineReader(new MemoryStream(input.Bytes), input.Path, 1 << 16));
            _ = file.Ask(["a", "b", "c"]).Count();
            _ = file.Problem(stoppedEarly: false);
        }, [typeof(UsageException)]);
    }

    /// <summary>What a run does with a row: asks, judges several answers, and explains those that are wrong.</summary>
    private static void Judge(Input input)
    {
        Judge judge = new(new([]));
        using BuiltinKernel kernel = new();
        foreach (TestVector row in VectorFile.Read(input.Path))
        {
            if (judge.Ask(row) is not { } asked)
            {
                continue;
            }

            string right = kernel.Ask([asked.Request]).Single().Text;
            foreach (string answer in (string[])[right, right[..^1] + "1", right[1..], "0", "7d 0604", right + " 00"])
            {
                Judged judged = judge.Of(asked, Reply.Of(answer));
                if (judged.Verdict == Verdict.Fail)
                {
                    _ = FailureText.Lines(judged).Count();
                }
            }
        }
    }

    private static byte[] Lines(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
}
