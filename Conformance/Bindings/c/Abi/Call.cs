using System.Runtime.InteropServices;
using System.Text;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Vectors;

namespace Mxact.Native.Abi;

/// <summary>The frame of every exported function: no exception leaves it, and what went wrong is a status and a line.</summary>
internal static unsafe class Call
{
    private const int MaxMessage = 2048;

    [ThreadStatic]
    private static byte* message;

    /// <summary>The last failure of this thread; a text that ends in zero.</summary>
    public static byte* Message
    {
        get
        {
            if (message is null)
            {
                message = (byte*)NativeMemory.AllocZeroed(MaxMessage);
            }

            return message;
        }
    }

    /// <summary>Runs a function.</summary>
    public static int Of(Func<Status> function)
    {
        try
        {
            return (int)function();
        }
        catch (Exception exception)
        {
            Exception inner = exception is AggregateException { InnerExceptions.Count: > 0 } several ? several.InnerExceptions[0]
                : exception;
            (Status status, string text) = inner switch
            {
                WrongAbiException => (Status.WrongAbi, inner.Message),
                OutOfMemoryException => (Status.NoMemory, "there is not enough memory"),
                UnsupportedException or NotSupportedException => (Status.Unsupported, inner.Message),
                ArgumentException argument => (Status.BadArgument, Plain(argument)),
                RequestException or UsageException or OverflowException => (Status.BadArgument, inner.Message),
                VectorFileException or TensorFileException or IOException or UnauthorizedAccessException => (Status.File, inner.Message),
                _ => (Status.Bug, $"a bug of libmxact: {inner.GetType().Name}: {inner.Message}"),
            };
            Say(text);
            return (int)status;
        }
    }

    private static void Say(string text)
    {
        Span<byte> target = new(Message, MaxMessage);
        int written = Encoding.UTF8.TryGetBytes(Printable.Short(text, MaxMessage / 4), target[..^1], out int bytes) ? bytes : 0;
        target[written] = 0;
    }

    /// <summary>Without the runtime's line about the parameter: C has its own names.</summary>
    private static string Plain(ArgumentException exception)
        => exception.ParamName is { } name && exception.Message.EndsWith($" (Parameter '{name}')", StringComparison.Ordinal)
            ? exception.Message[..^$" (Parameter '{name}')".Length] : exception.Message;
}
