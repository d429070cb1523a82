using System.Runtime.InteropServices;

namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>One piece of memory that every refused call would write into, so that one look says whether any did.</summary>
internal static class Memory
{
    /// <summary>A million elements: what is allocated for them before they are refused is seen.</summary>
    public const int Many = 1 << 20;

    private static readonly float[] Shared = [.. Enumerable.Repeat(1f, 4096)];

    /// <summary>Values of a 1024 x 1024 matrix.</summary>
    public static float[] Large { get; } = new float[Many];

    /// <summary>The memory as numbers.</summary>
    public static Span<float> Floats => Shared;

    /// <summary>The same memory as bytes.</summary>
    public static Span<byte> Bytes => MemoryMarshal.AsBytes(Floats);

    /// <summary>Whether nobody wrote into it.</summary>
    public static bool IsUntouched => !Floats.ContainsAnyExcept(1f) && !Large.AsSpan().ContainsAnyExcept(0f);
}
