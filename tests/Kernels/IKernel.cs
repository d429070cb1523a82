namespace Mxact.Kernels;

/// <summary>A kernel that somebody else wrote, behind the suite's text protocol.</summary>
internal interface IKernel
{
    /// <summary>What is answered to a request for something that the kernel does not do.</summary>
    const string Unsupported = "unsupported";

    /// <summary>One answer a request, in order.</summary>
    /// <exception cref="Vectors.RequestException">A line cannot be read.</exception>
    string[] Answer(IReadOnlyList<string> requests);
}
