using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>What the conversion benchmarks share: sizes from the second-level cache to memory, data, and one process for all.</summary>
[Config(typeof(Config))]
public abstract unsafe class ConversionBenchmarks : IDisposable
{
    private AlignedMemory? values;
    private AlignedMemory? results;
    private AlignedMemory? codes;
    private AlignedMemory? scales;

    /// <summary>Elements of a conversion.</summary>
    [Params(32 << 10, 4 << 20, 64 << 20)]
    public int Elements { get; set; }

    private protected ReadOnlySpan<uint> Values => values!.Span<uint>();

    private protected Span<uint> Results => results!.Span<uint>();

    private protected Span<byte> Codes => codes!.Span<byte>();

    private protected Span<byte> Scales => scales!.Span<byte>();

    private protected uint* ValuesPointer => (uint*)values!.Pointer;

    private protected uint* ResultsPointer => (uint*)results!.Pointer;

    private protected byte* CodesPointer => codes!.Pointer;

    /// <summary>Normally distributed numbers; what a derived class makes of them is its own.</summary>
    [GlobalSetup]
    public virtual void Setup()
    {
        values = new((long)Elements * sizeof(uint));
        results = new((long)Elements * sizeof(uint));
        codes = new(Elements);
        scales = new(Elements / 16);
        Random random = new(1);
        Span<uint> to = values.Span<uint>();
        for (int i = 0; i < to.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            to[i] = Change(i, BitConverter.SingleToUInt32Bits((float)normal), random);
        }
    }

    /// <summary>Frees the memory.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        values?.Dispose();
        results?.Dispose();
        codes?.Dispose();
        scales?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A value of the data.</summary>
    private protected virtual uint Change(int index, uint normal, Random random) => normal;

    private protected static BlockConverter Converter(
        string format,
        ConversionPolicy policy,
        Backend? backend = null,
        int threads = 1,
        BlockAxis axis = BlockAxis.AlongRows,
        CodeLayout packing = CodeLayout.Bytes)
        => BlockConverter.Create(
            new(MxFormats.Find(format)!, policy)
            {
                Execution = new(backend ?? Execution.Default.Backend, threads),
                Axis = axis,
                Packing = packing,
            });

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            // In one process, so that conversions and copies see the same machine.
            AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            AddColumn(new ElementRateColumn(ofCopy: false), new ElementRateColumn(ofCopy: true));
        }
    }
}
