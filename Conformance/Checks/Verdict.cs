using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Checks;

/// <summary>What is said of one row.</summary>
internal enum Verdict
{
    /// <summary>The golden answer.</summary>
    Pass,

    /// <summary>Not the golden answer, but exactly that of the choices the kernel declares.</summary>
    DeclaredVariant,

    /// <summary>Another answer.</summary>
    Fail,

    /// <summary>Another answer, and one that the kernel is known for.</summary>
    KnownDeparture,

    /// <summary>The kernel says that it does not do this.</summary>
    Unsupported,

    /// <summary>It crashed, hung, or broke the protocol.</summary>
    KernelFailed,

    /// <summary>It was not asked, after too many of those.</summary>
    NotAsked,
}

/// <summary>A row, what the kernel was asked and replied, and what is said of it.</summary>
internal sealed record Judged(TestVector Row, Question Question, string Request, string Expected, Reply Reply, Verdict Verdict);
