using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mxact.Simulator.Product;

/// <summary>A step's operands in a processor's memory; their lengths are those of the step.</summary>
/// <param name="x">L elements of a row of A.</param>
/// <param name="y">As many of a row of B.</param>
/// <param name="scalesX">A's scales, one a group.</param>
/// <param name="scalesY">B's scales.</param>
internal readonly ref struct SpanOperands(ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y,
    ReadOnlySpan<DecodedElement> scalesX, ReadOnlySpan<DecodedElement> scalesY) : IStepOperands
{
    private readonly ref DecodedElement x = ref MemoryMarshal.GetReference(x);
    private readonly ref DecodedElement y = ref MemoryMarshal.GetReference(y);
    private readonly ref DecodedElement scalesX = ref MemoryMarshal.GetReference(scalesX);
    private readonly ref DecodedElement scalesY = ref MemoryMarshal.GetReference(scalesY);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly DecodedElement X(int k) => ref Unsafe.Add(ref x, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly DecodedElement Y(int k) => ref Unsafe.Add(ref y, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly DecodedElement ScaleX(int group) => ref Unsafe.Add(ref scalesX, group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly DecodedElement ScaleY(int group) => ref Unsafe.Add(ref scalesY, group);
}
