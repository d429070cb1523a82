using System.Collections.Concurrent;

namespace Mxact.Simulator.Conversion;

/// <summary>Converters made once for what they convert. A caller's last one is found by reference, before anything is hashed.</summary>
internal static class Converters
{
    private static readonly ConcurrentDictionary<Key, BlockConverter> Made = [];

    [ThreadStatic]
    private static Last? last;

    /// <summary>The converter for a shape, a policy and a tensor scale.</summary>
    public static BlockConverter Get(in MxShape shape, ConversionPolicy policy, float tensorScale, Execution? on)
    {
        Execution execution = on ?? Execution.Default;
        if (last is { } recent && recent.Fits(shape, policy, tensorScale, execution))
        {
            return recent.Converter;
        }

        Key key = new(shape.Format, policy, shape.Axis, tensorScale, execution);
        BlockConverter converter = Made.GetOrAdd(key, static k => BlockConverter.Create(new(k.Format, k.Policy)
        {
            Axis = k.Axis,
            TensorScale = BitConverter.SingleToUInt32Bits(k.TensorScale),
            Execution = k.Execution,
        }));
        last = new(key, converter);
        return converter;
    }

    private readonly record struct Key(BlockFormat Format, ConversionPolicy Policy, BlockAxis Axis, float TensorScale, Execution Execution);

    private sealed record Last(Key Key, BlockConverter Converter)
    {
        public bool Fits(in MxShape shape, ConversionPolicy policy, float tensorScale, Execution execution)
            => ReferenceEquals(Key.Format, shape.Format) && ReferenceEquals(Key.Policy, policy) && Key.Axis == shape.Axis
                && Key.TensorScale == tensorScale
                && (ReferenceEquals(Key.Execution, execution)
                    || (Key.Execution.Backend == execution.Backend && Key.Execution.Threads == execution.Threads));
    }
}
