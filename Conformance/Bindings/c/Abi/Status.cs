namespace Mxact.Native.Abi;

/// <summary><c>mxact_status</c>.</summary>
internal enum Status
{
    Ok = 0,
    BadArgument = 2,
    Unsupported = 3,
    File = 4,
    WrongAbi = 5,
    NoMemory = 6,
    End = 7,
    Bug = 70,
}

/// <summary>A structure of a size that this library does not know.</summary>
internal sealed class WrongAbiException(string message) : Exception(message);
