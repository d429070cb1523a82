using Mxact.Simulator.Conversion;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Single elements on every backend of this machine, against the reference.</summary>
public sealed class ElementConverterTests
{
    private static readonly Backend[] Here = [.. Backends.All.Where(Backends.IsAvailable)];
    private static readonly ElementFormat[] Elements = [.. ElementFormats.Mx, ElementFormats.E4M3Fnuz, ElementFormats.E5M2Fnuz];

    public static TheoryData<string> ElementNames => [.. Elements.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(ElementNames))]
    public void Every_half_in_every_mode(string name)
    {
        ElementFormat element = Elements.First(e => e.Name == name);
        ushort[] halves = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        RoundingMode[] modes = [.. RoundingMode.Deterministic];
        for (int m = 0; m < modes.Length; m++)
        {
            // Inputs and overflow policies alternate: both meet every format.
            ElementFormat input = m % 2 == 0 ? ElementFormats.BFloat16 : ElementFormats.Binary16;
            ConversionPolicy policy = ConversionPolicy.Ocp with
            {
                Rounding = modes[m],
                Overflow = m % 3 == 0 ? OverflowPolicy.NonFinite
                : OverflowPolicy.Saturate
            };
            byte[] expected = Array.ConvertAll(halves, h => (byte)ReferenceCodec.Encode(element, ReferenceCodec.Decode(input, h), policy));
            uint[] wide = Array.ConvertAll(halves, h => Binary32.Encode(ReferenceCodec.Decode(input, h)));
            foreach (Backend backend in Here)
            {
                ElementConverter converter = ElementConverter.Create(element, policy, backend);
                byte[] got = new byte[halves.Length];
                converter.Encode(input, halves, got);
                Assert.True(expected.AsSpan().SequenceEqual(got), $"{backend} {element} {modes[m]} from {input}");
                got.AsSpan().Clear();
                converter.Encode(wide, got);
                Assert.True(expected.AsSpan().SequenceEqual(got), $"{backend} {element} {modes[m]} widened from {input}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ElementNames))]
    public void Every_code_decodes(string name)
    {
        ElementFormat element = Elements.First(e => e.Name == name);
        byte[] codes = [.. Enumerable.Range(0, (int)element.CodeMask + 1).Select(c => (byte)c)];
        uint[] expected = Array.ConvertAll(codes, c => Binary32.Encode(ReferenceCodec.Decode(element, c)));
        foreach (Backend backend in Here)
        {
            // Repeated, so that codes meet whole vectors as well as the end.
            byte[] many = [.. Enumerable.Repeat(codes, 5).SelectMany(c => c), .. codes[..7]];
            uint[] got = new uint[many.Length];
            ElementConverter.Create(element, ConversionPolicy.Ocp, backend).Decode(many, got);
            for (int i = 0; i < got.Length; i++)
            {
                Assert.True(expected[many[i]] == got[i], $"{backend} {element} {many[i]:x2}: {expected[many[i]]:x8}, got {got[i]:x8}");
            }
        }
    }

    [Theory]
    [InlineData("stochastic:32")]
    [InlineData("stochastic:8")]
    [InlineData("stochastic-b:5")]
    [InlineData("stochastic-c:16")]
    [InlineData("stochastic-odd:3")]
    public void Supplied_random_bits_belong_to_their_own_elements(string mode)
    {
        Assert.True(RoundingMode.TryParse(mode, out RoundingMode rounding));
        ConversionPolicy policy = ConversionPolicy.Ocp with { Rounding = rounding };
        uint[] values = [.. Inputs.AnyBits(1000, 3), .. Inputs.Blocks(1337, 5)];
        uint[] random = Array.ConvertAll(Inputs.AnyBits(values.Length, 7), r => rounding.RandomBits == 32 ? r
            : r & ((1u << rounding.RandomBits) - 1));
        foreach (ElementFormat element in Elements)
        {
            byte[] expected = [.. values.Zip(random, (v, r) => (byte)ReferenceCodec.Encode(element, Binary32.Decode(v), policy, r))];
            foreach (Backend backend in Here)
            {
                byte[] got = new byte[values.Length];
                ElementConverter.Create(element, policy, backend).Encode(values, got, random);
                Assert.True(expected.AsSpan().SequenceEqual(got), $"{backend} {element} {mode}");
            }
        }
    }

    [Fact]
    public void Every_length_from_any_start_and_nothing_beyond()
    {
        uint[] values = Inputs.Blocks(1200, 11);
        byte[] expected = Array.ConvertAll(values, v
            => (byte)ReferenceCodec.Encode(ElementFormat.Of<E4M3>(), Binary32.Decode(v), ConversionPolicy.Ocp));
        foreach (Backend backend in Backends.OfProcessor)
        {
            ElementConverter converter = ElementConverter.Create(ElementFormat.Of<E4M3>(), ConversionPolicy.Ocp, backend);
            foreach (int length in Enumerable.Range(0, 258).Append(511).Append(512).Append(513).Append(1025))
            {
                int start = length % 7;
                byte[] got = new byte[length + 2];
                got[0] = got[^1] = 0xA5;
                converter.Encode(values.AsSpan(start, length), got.AsSpan(1, length));
                Assert.True(expected.AsSpan(start, length).SequenceEqual(got.AsSpan(1, length)) && got[0] == 0xA5 && got[^1] == 0xA5,
                    $"{backend} {length}");
                uint[] back = new uint[length + 2];
                back[0] = back[^1] = 0xA5A5A5A5;
                converter.Decode(expected.AsSpan(start, length), back.AsSpan(1, length));
                Assert.True(back[0] == 0xA5A5A5A5 && back[^1] == 0xA5A5A5A5, $"{backend} {length}");
                Assert.All(Enumerable.Range(0, length), i
                    => Assert.Equal(Binary32.Encode(ReferenceCodec.Decode(ElementFormat.Of<E4M3>(), expected[start + i])), back[i + 1]));
            }
        }
    }

    [Fact]
    public void What_blocks_do_does_not_matter_to_an_element()
    {
        Assert.NotNull(ElementConverter.Unsupported(ElementFormats.Binary16, ConversionPolicy.Ocp));
        Assert.NotNull(ElementConverter.Unsupported(ElementFormat.Of<E4M3>(), Policies.Parse("element-arithmetic=binary32-search")));
        Assert.Null(ElementConverter.Unsupported(ElementFormat.Of<E4M3>(), Policies.Parse("scale-rule=mse")));
        Assert.Equal(Backend.Scalar,
            ElementConverter.Create(ElementFormat.Of<E4M3>(), Policies.Parse("scale-rule=mse"), Backend.Scalar).Backend);
        Assert.Throws<ArgumentException>(() => ElementConverter.Create(ElementFormats.Binary16, ConversionPolicy.Ocp));
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        ElementConverter converter = ElementConverter.Create(ElementFormat.Of<E4M3>(), ConversionPolicy.Ocp);
        Assert.Throws<ArgumentException>(() => converter.Encode(new uint[4], new byte[3]));
        Assert.Throws<ArgumentException>(() => converter.Encode(new uint[4], new byte[4], new uint[4]));
        Assert.Throws<ArgumentException>(() => converter.Decode(new byte[4], new uint[3]));
        ElementConverter stochastic = ElementConverter.Create(ElementFormat.Of<E4M3>(),
            ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(8) });
        Assert.Throws<ArgumentException>(() => stochastic.Encode(new uint[4], new byte[4]));
    }
}
