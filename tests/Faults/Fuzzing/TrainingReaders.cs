using System.Text;
using Mxact.Shell;
using Mxact.Training.Models;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Faults.Fuzzing;

/// <summary>What <c>mxact-train</c> reads, short of its checkpoints, which libtorch reads.</summary>
internal static class TrainingReaders
{
    private const string Plan =
        """
        { // a study
          "title": "t", "control": "binary32", "common": { "steps": 1000, "lr": 1e-3, "layer-norm": true },
          "arms": { "binary32": { "forward": "fp32" },
            "mx.1": { "forward": "mxfp4", "rounding": "stochastic:8", "choices": "overflow=non-finite" } },
          "grid": { "seed": [0, 1], "accumulation": ["binary32", "promote:32:exact"], "keep": ["", "1,2"] },
        }
        """;

    public static IEnumerable<Reader> All()
    {
        RunRecord record = new(new(RunOptions.Parse([]).Words.ToDictionary(), StringComparer.Ordinal), "0.1.0 of 0",
            [new(0, "scalar, 1 thread", "libtorch")],
            "2026-01-02T03:04:05Z", null);
        RunResult result = new("done", 2, 0.5, null, [new(0, 1), new(1, null)], "0123abcd");
        yield return Checked("run-json", "run.json",
            [CheckedJson.Write(record), CheckedJson.Write(record with { Parent = "runs/a@5", Ran = [new(5, "a", "b")] })],
            folder => _ = folder.Record);
        yield return Checked("result-json", "result.json",
            [CheckedJson.Write(result), CheckedJson.Write(result with { Status = "diverged", FinalLoss = null, Diverged = 1 })],
            folder => _ = folder.Result);
        yield return new("steps", "steps.csv", [StepRows()], input => StepLog.Read(input.Path),
            [typeof(UsageException)])
        { Repair = Checks.OfRows };
        yield return new("plan", "plan.json", [.. new[] { Plan, """{"arms":{"a":{}}}""" }.Select(Encoding.UTF8.GetBytes)],
            input => SweepPlan.Read(input.Path), [typeof(UsageException)]);
        yield return Tokens("tokens-npy", "t.npy", Npy(1), Npy(2));
        yield return Tokens("tokens-u16", "t.u16", [1, 0, 2, 0, 255, 1], new byte[64]);
        yield return Tokens("tokens-bytes", "t.txt", "some text"u8.ToArray());
    }

    private static Reader Checked(string name, string file, byte[][] seeds, Action<RunFolder> read)
        => new(name, file, seeds, input => read(new(Path.GetDirectoryName(input.Path)!)),
            [typeof(UsageException)])
        { Repair = Checks.OfJson };

    private static Reader Tokens(string name, string file, params byte[][] seeds) => new(name, file, seeds, input =>
    {
        using TokenFile tokens = TokenFile.Open(input.Path, 2);
        long[] read = new long[(int)Math.Min(tokens.Count, 4096)];
        tokens.Read(0, read);
        tokens.Read(tokens.Count - read.Length, read);
    }, [typeof(UsageException)]);

    private static byte[] StepRows()
    {
        string head = RowChain.Head(string.Join(',', StepRow.Columns));
        StringBuilder text = new(head + "\n");
        RowChain chain = new(head);
        for (int i = 0; i < 3; i++)
        {
            StepRow step = new()
            {
                Step = i,
                Loss = 1.5 / (i + 1),
                GradNorm = 2,
                Distance = double.NaN,
                DistanceAlong = -0.25,
                DistanceAcross = double.NaN,
                Cosine = 0.5,
                LearningRate = 1e-3,
                Seconds = 0.25
            };
            string row = string.Join(',', step.ToFields());
            text.Append(row).Append(',').Append(chain.Add(row)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Npy(byte version)
    {
        byte[] header = "{'descr': '<u2', 'fortran_order': False, 'shape': (4,), }   \n"u8.ToArray();
        byte[] length = [(byte)header.Length, 0, .. version == 1 ? Array.Empty<byte>() : [0, 0]];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, 1, 0, 2, 0, 255, 1, 0, 0];
    }
}
