using System.Buffers.Binary;
using System.Text;
using Mxact.Shell;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Faults.Fuzzing;

/// <summary>Files of tensors, by path as the commands open them and by header alone, which is where they are intricate.</summary>
internal static class TensorReaders
{
    private const int DataBytes = 72;

    private const string PlainHeader =
        """
        {"__metadata__":{"format":"pt","a":"b"},"x":{"dtype":"F32","shape":[2,8],"data_offsets":[0,64]},
        "y":{"dtype":"BF16","shape":[4],"data_offsets":[64,72]}}
        """;

    private const string MxHeader =
        """
        {"w":{"dtype":"F8_E4M3","shape":[1,64],"data_offsets":[0,64]},"w_scale":{"dtype":"F8_E8M0","shape":[1,2],"data_offsets":[64,66]},
        "z":{"dtype":"F16","shape":[3],"data_offsets":[66,72]}}
        """;

    private const string EmptyHeader =
        """
        {"e":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
        "i":{"dtype":"I64","shape":[8],"data_offsets":[8,72]}}   
        """;

    private const string NpyDictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }     \n";

    public static IEnumerable<Reader> All()
    {
        string[] headers = [PlainHeader, MxHeader, EmptyHeader];
        byte[][] npy = [Npy(1, NpyDictionary, 32), Npy(2, "{\"shape\":(3,),\"descr\":\"<f2\",\"fortran_order\":True}", 6),
            Npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", 4)];
        yield return new("safetensors", "in.safetensors", [.. headers.Select(Safetensors)], ReadFile, [typeof(UsageException)]);
        yield return new("safetensors-header", "", [.. headers.Select(Encoding.UTF8.GetBytes)],
            input => SafetensorsHeader.Parse(input.Bytes, DataBytes), [typeof(TensorFileException)]);
        yield return new("npy", "in.npy", npy, ReadFile, [typeof(UsageException)]);
        yield return new("npy-header", "", npy, input =>
        {
            (int begin, int end) = NpyHeader.Extent(input.Bytes.AsSpan(0, Math.Min(NpyHeader.Prefix, input.Bytes.Length)),
                input.Bytes.Length);
            NpyHeader.Parse(input.Bytes.AsSpan(begin, end - begin), "x", end, input.Bytes.Length);
        }, [typeof(TensorFileException)]);
        yield return new("raw", "in.f32", [new byte[64], Encoding.ASCII.GetBytes("eight!!!")], ReadFile, [typeof(UsageException)]);
    }

    /// <summary>What compare and convert do before the first number is computed: open, plan both ways, read every byte.</summary>
    private static void ReadFile(Input input)
    {
        using Checkpoint file = Checkpoint.Open(input.Path);
        foreach (TensorInfo tensor in file.Tensors)
        {
            file.FileOf(tensor).Read(tensor.Offset, new byte[tensor.Bytes]);
        }

        try
        {
            ConversionRun back = new(file, input.Path + ".out", new(file.Tensors, null, ScaleLayout.RowMajor), Execution.Reference);
            back.Plan(0);
        }
        catch (UsageException)
        {
            // Nothing quantised: the other way may still be planned.
        }

        ConversionPlan.ToMx(input.Path, file.Tensors, [.. file.Tensors.Where(tensor => tensor.Type.IsWide)],
            new(MxFormats.Mxfp4, ConversionPolicy.Ocp), BlockAxis.AlongRows, LayoutTable.Mxact);
    }

    private static byte[] Safetensors(string header)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. new byte[DataBytes]];
    }

    private static byte[] Npy(byte version, string dictionary, int data)
    {
        byte[] text = Encoding.Latin1.GetBytes(dictionary);
        byte[] length = [(byte)text.Length, (byte)(text.Length >> 8), .. version == 1 ? Array.Empty<byte>() : [0, 0]];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. new byte[data]];
    }
}
