using System.Runtime.InteropServices;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>
/// Calls into a library. Buffers end in guard bytes: a function that writes past its output is caught there, and one that
/// crashes takes this process with it, which is why the library lives in a process of its own.
/// </summary>
internal static unsafe class LibraryCall
{
    private const int GuardBytes = 256;

    private const byte Guard = 0xA5;

    /// <summary>C parameters by name, and the operation each is for.</summary>
    public static IReadOnlyDictionary<string, string> Signatures { get; } = new Dictionary<string, string>
    {
        ["u8 f(f32)"] = "encode",
        ["void f(const f32*, u8*, i64)"] = "encode",
        ["f32 f(u8)"] = "decode",
        ["void f(const u8*, f32*, i64)"] = "decode",
        ["void f(const f32*, block*, i64)"] = "quantize",
        ["void f(const f32*, u8* scales, u8* codes, i64)"] = "quantize",
        ["void f(const block*, f32*, i64)"] = "dequantize",
        ["void f(const u8* scales, const u8* codes, f32*, i64)"] = "dequantize",
    };

    /// <summary>One binary32 to one code.</summary>
    public static uint Encode(nint f, string signature, uint bits)
    {
        if (signature == "u8 f(f32)")
        {
            return ((delegate* unmanaged<float, byte>)f)(BitConverter.UInt32BitsToSingle(bits));
        }

        return Output(1, code => Input([bits], value => ((delegate* unmanaged<nint, nint, long, void>)f)(value, code, 1)))[0];
    }

    /// <summary>One code to one binary32.</summary>
    public static uint Decode(nint f, string signature, byte code)
    {
        if (signature == "f32 f(u8)")
        {
            return BitConverter.SingleToUInt32Bits(((delegate* unmanaged<byte, float>)f)(code));
        }

        return MemoryMarshal.Read<uint>(Output(4, value
            => Input([code], codes => ((delegate* unmanaged<nint, nint, long, void>)f)(codes, value, 1))));
    }

    /// <summary>Values to whole blocks of a layout.</summary>
    public static byte[] QuantizeBlocks(nint f, uint[] values, int bytes)
        => Output(bytes, block => Input(values, v => ((delegate* unmanaged<nint, nint, long, void>)f)(v, block, values.Length)));

    /// <summary>Values to scales and codes.</summary>
    public static (byte[] Scales, byte[] Codes) Quantize(nint f, uint[] values, int scales)
    {
        byte[] codes = [];
        byte[] written = Output(scales, s
            => codes = Output(values.Length, c
            => Input(values, v => ((delegate* unmanaged<nint, nint, nint, long, void>)f)(v, s, c, values.Length))));
        return (written, codes);
    }

    /// <summary>Whole blocks of a layout to values.</summary>
    public static uint[] DequantizeBlocks(nint f, byte[] blocks, int count)
        => Words(Output(4 * count, v => Input(blocks, b => ((delegate* unmanaged<nint, nint, long, void>)f)(b, v, count))));

    /// <summary>Scales and codes to values.</summary>
    public static uint[] Dequantize(nint f, byte[] scales, byte[] codes)
        => Words(Output(4 * codes.Length, v
            => Input(scales, s => Input(codes, c => ((delegate* unmanaged<nint, nint, nint, long, void>)f)(s, c, v, codes.Length)))));

    private static uint[] Words(byte[] bytes) => MemoryMarshal.Cast<byte, uint>(bytes).ToArray();

    /// <summary>Runs a call with input in native memory.</summary>
    private static void Input<T>(T[] values, Action<nint> call)
        where T : unmanaged
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)Math.Max(1, values.Length * sizeof(T)), 64);
        try
        {
            values.CopyTo(new Span<T>(memory, values.Length));
            call((nint)memory);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>Runs a call with an output of so many bytes between guards, and reads it.</summary>
    private static byte[] Output(int bytes, Action<nint> call)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + (2 * GuardBytes)), 64);
        try
        {
            Span<byte> all = new(memory, bytes + (2 * GuardBytes));
            all.Fill(Guard);
            call((nint)(memory + GuardBytes));
            if (all[..GuardBytes].ContainsAnyExcept(Guard) || all[(GuardBytes + bytes)..].ContainsAnyExcept(Guard))
            {
                throw new UsageException($"the function wrote outside its output of {bytes} bytes");
            }

            return all.Slice(GuardBytes, bytes).ToArray();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
