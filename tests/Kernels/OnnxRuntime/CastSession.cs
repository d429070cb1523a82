namespace Mxact.Kernels.OnnxRuntime;

/// <summary>
/// Runs one cast over tensors given as bytes: no bit passes through a managed number. Sessions live as long as the program.
/// </summary>
internal sealed unsafe class CastSession
{
    // OrtLoggingLevel, GraphOptimizationLevel, OrtAllocatorType and OrtMemType.
    private const int LogFatal = 4;
    private const int NoOptimization = 0;
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private static readonly nint Environment = NewEnvironment();
    private static readonly nint Memory = NewMemory();

    private readonly nint session;
    private readonly Cast cast;

    /// <summary>Loads the model of the cast.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime has no such cast.</exception>
    public CastSession(Cast cast)
    {
        this.cast = cast;
        nint options;
        OrtApi.Check(OrtApi.Table->CreateSessionOptions(&options));
        OrtApi.Check(OrtApi.Table->SetSessionGraphOptimizationLevel(options, NoOptimization));
        OrtApi.Check(OrtApi.Table->SetIntraOpNumThreads(options, 1));
        byte[] model = cast.ToModel();
        nint made;
        fixed (byte* bytes = model)
        {
            OrtApi.Check(OrtApi.Table->CreateSessionFromArray(Environment, bytes, (nuint)model.Length, options, &made));
        }

        session = made;
    }

    /// <summary>Casts a vector.</summary>
    /// <param name="input">Items of the input type, little-endian.</param>
    /// <returns>Items of the output type, little-endian.</returns>
    public byte[] Run(byte[] input)
    {
        int count = input.Length / cast.From.Bytes;
        byte[] output = new byte[count * cast.To.Bytes];
        fixed (byte* from = input, to = output, x = "x\0"u8, y = "y\0"u8)
        {
            nint source = Tensor(from, count, cast.From);
            nint target = Tensor(to, count, cast.To);
            byte* inputName = x;
            byte* outputName = y;
            nint status = OrtApi.Table->Run(session, 0, &inputName, &source, 1, &outputName, 1, &target);
            OrtApi.Table->ReleaseValue(source);
            OrtApi.Table->ReleaseValue(target);
            OrtApi.Check(status);
        }

        return output;
    }

    private static nint Tensor(byte* bytes, long count, OnnxType type)
    {
        nint tensor;
        OrtApi.Check(OrtApi.Table->CreateTensorWithDataAsOrtValue(Memory, bytes, (nuint)(count * type.Bytes), &count, 1, type.InMemory,
            &tensor));
        return tensor;
    }

    private static nint NewEnvironment()
    {
        nint environment;
        fixed (byte* name = "kernels\0"u8)
        {
            OrtApi.Check(OrtApi.Table->CreateEnv(LogFatal, name, &environment));
        }

        return environment;
    }

    private static nint NewMemory()
    {
        nint memory;
        OrtApi.Check(OrtApi.Table->CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, &memory));
        return memory;
    }
}
