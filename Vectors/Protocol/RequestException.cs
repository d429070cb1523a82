namespace Mxact.Vectors;

/// <summary>
/// A request that cannot be read: one line that says what is wrong. <see cref="UnsupportedException"/> is the other way to have no
/// answer.
/// </summary>
internal class RequestException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public RequestException(string message)
        : base(message)
    {
    }

    /// <summary>No message.</summary>
    public RequestException()
    {
    }

    /// <summary>Says what is wrong and what caused it.</summary>
    public RequestException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A well-formed request that names something the answerer does not do.</summary>
internal sealed class UnsupportedException : RequestException
{
    /// <summary>Says what is not supported.</summary>
    public UnsupportedException(string message)
        : base(message)
    {
    }

    /// <summary>No message.</summary>
    public UnsupportedException()
    {
    }

    /// <summary>Says what is not supported and what caused it.</summary>
    public UnsupportedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
