using System.Security.Cryptography;
using System.Text;
using Mxact.Shell;
using Mxact.Training.Models;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>
/// A run's whole state after a number of steps: parameters and the optimiser's moments. Random streams need none, for they follow from
/// seed and step. The file ends with the SHA-256 of what is before.
/// </summary>
internal static class Checkpoint
{
    private const string Magic = "mxact-train checkpoint 2";
    private const int HashBytes = 32;

    /// <summary>Writes a checkpoint.</summary>
    public static void Write(string path, int stepsDone, ITrainedModel model, IOptimizer optimizer)
    {
        using MemoryStream content = new();
        using (BinaryWriter writer = new(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(stepsDone);
            writer.Write(model.Parameters.Count);
            foreach ((string name, Parameter value) in model.Parameters)
            {
                writer.Write(name);
                writer.Write(value.shape.Length);
                Array.ForEach(value.shape, writer.Write);
                writer.Write(value.bytes);
            }

            optimizer.Write(writer);
        }

        byte[] bytes = content.ToArray();
        AtomicFile.Write(path, stream =>
        {
            stream.Write(bytes);
            stream.Write(SHA256.HashData(bytes));
        });
    }

    /// <summary>Reads a checkpoint into a model and its optimiser; returns the steps done.</summary>
    /// <exception cref="UsageException">The file is damaged, or another model's.</exception>
    public static int Read(string path, ITrainedModel model, IOptimizer optimizer)
    {
        InputFile.Check(path);
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < HashBytes
            || !SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - HashBytes)))
        {
            throw new UsageException($"{path}: is damaged or incomplete");
        }

        using BinaryReader reader = new(new MemoryStream(bytes, 0, bytes.Length - HashBytes));
        if (reader.ReadString() != Magic)
        {
            throw new UsageException($"{path}: is not a checkpoint of this version of the program");
        }

        int steps = reader.ReadInt32();
        int count = reader.ReadInt32();
        if (count != model.Parameters.Count)
        {
            throw new UsageException($"{path}: holds {count} tensors, the model has {model.Parameters.Count}");
        }

        using (no_grad())
        {
            foreach ((string name, Parameter value) in model.Parameters)
            {
                string stored = reader.ReadString();
                long[] shape = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt64())];
                if (stored != name || !shape.SequenceEqual(value.shape))
                {
                    string wanted = $"{name} [{string.Join(", ", value.shape)}]";
                    throw new UsageException($"{path}: holds {stored} [{string.Join(", ", shape)}] where the model has {wanted}");
                }

                Span<uint> words = Quantizer.Words(value);
                reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
            }
        }

        try
        {
            optimizer.Read(reader);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }

        return steps;
    }
}
