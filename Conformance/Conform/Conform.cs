using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Vectors;

namespace Mxact.Conformance;

/// <summary>
/// Holds a kernel to the golden vectors from a unit test: it is asked every golden row of its operation and format whose inputs are
/// binary32 and whose choices are those it declares, and is held to each bit. Judged as <c>mxact run</c> judges; the text is the same.
/// </summary>
/// <example>
/// <code>
/// [Fact]
/// public void My_kernel_is_conformant() => Conform.Check("quantize", MxFormats.Mxfp4,
///     (ReadOnlySpan&lt;float&gt; x, Span&lt;byte&gt; scales, Span&lt;byte&gt; codes) => MyKernel.Quantize(x, scales, codes));
/// </code>
/// </example>
public static class Conform
{
    /// <summary>Checks a kernel that quantises blocks.</summary>
    /// <param name="operation"><c>quantize</c>.</param>
    /// <param name="format">The block format it is for.</param>
    /// <param name="kernel">The kernel; it is called for a block at a time, from one thread.</param>
    /// <param name="options">What it declares and how much it is asked; <c>ocp</c> and every committed row when null.</param>
    /// <returns>What was found: a conformant kernel.</returns>
    /// <exception cref="ConformanceException">It is not conformant; the message says where, how and, where another choice explains it,
    /// why.</exception>
    /// <exception cref="ArgumentException">The operation is another, an option is none, or no golden row asks this.</exception>
    public static ConformanceReport Check(string operation, BlockFormat format, QuantizeKernel kernel, ConformOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(kernel);
        return Check(operation, Operation.Quantize, format.Name, DelegateKernel.Of(kernel), options ?? new());
    }

    /// <summary>Checks a kernel that dequantises blocks; see the first overload.</summary>
    /// <param name="operation"><c>dequantize</c>.</param>
    /// <param name="format">The block format it is for.</param>
    /// <param name="kernel">The kernel; it is called for a block at a time, from one thread.</param>
    /// <param name="options">How much it is asked; it has no choices to make.</param>
    /// <returns>What was found: a conformant kernel.</returns>
    /// <exception cref="ConformanceException">It is not conformant; the message says where and how.</exception>
    /// <exception cref="ArgumentException">The operation is another, an option is none, or no golden row asks this.</exception>
    public static ConformanceReport Check(string operation, BlockFormat format, DequantizeKernel kernel, ConformOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(kernel);
        return Check(operation, Operation.Dequantize, format.Name, DelegateKernel.Of(kernel), options ?? new());
    }

    /// <summary>Checks a kernel that converts numbers to element codes; see the first overload.</summary>
    /// <param name="operation"><c>encode</c>.</param>
    /// <param name="format">The element format it is for, of at most 8 bits.</param>
    /// <param name="kernel">The kernel; it is called for an element at a time, from one thread.</param>
    /// <param name="options">What it declares and how much it is asked; <c>ocp</c> and every committed row when null.</param>
    /// <returns>What was found: a conformant kernel.</returns>
    /// <exception cref="ConformanceException">It is not conformant; the message says where, how and, where another choice explains it,
    /// why.</exception>
    /// <exception cref="ArgumentException">The operation is another, an option is none, or no golden row asks this.</exception>
    public static ConformanceReport Check(string operation, ElementFormat format, EncodeKernel kernel, ConformOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(kernel);
        return Check(operation, Operation.Encode, ByteWide(format).Name, DelegateKernel.Of(kernel), options ?? new());
    }

    /// <summary>Checks a kernel that converts element codes to numbers; see the first overload.</summary>
    /// <param name="operation"><c>decode</c>.</param>
    /// <param name="format">The element format it is for, of at most 8 bits.</param>
    /// <param name="kernel">The kernel; it is called for an element at a time, from one thread.</param>
    /// <param name="options">How much it is asked; it has no choices to make.</param>
    /// <returns>What was found: a conformant kernel.</returns>
    /// <exception cref="ConformanceException">It is not conformant; the message says where and how.</exception>
    /// <exception cref="ArgumentException">The operation is another, an option is none, or no golden row asks this.</exception>
    public static ConformanceReport Check(string operation, ElementFormat format, DecodeKernel kernel, ConformOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(kernel);
        return Check(operation, Operation.Decode, ByteWide(format).Name, DelegateKernel.Of(kernel), options ?? new());
    }

    private static ConformanceReport Check(string operation, Operation expected, string format, DelegateKernel kernel,
        ConformOptions options)
    {
        if (operation != Names.Of(expected))
        {
            throw new ArgumentException($"a delegate of this type does '{Names.Of(expected)}', not '{operation}'", nameof(operation));
        }

        Declaration declaration = Declared(options);
        Selection selection = new(LevelOf(options), [$"{operation}+{format}"], []) { For = declaration };
        GoldenSet golden = GoldenSet.Open(options.Vectors ?? GoldenSet.DefaultFolder());
        Outcome outcome = Suite.Run(kernel, declaration, selection, new RowsOf(declaration).Take(selection.Rows(golden)));
        if (outcome.Groups.Count == 0)
        {
            throw new ArgumentException($"no golden row asks {operation} {format} under {declaration}", nameof(format));
        }

        ConformanceReport report = new(outcome);
        return report.IsConformant ? report : throw new ConformanceException(report);
    }

    private static ElementFormat ByteWide(ElementFormat format)
        => format.Bits <= 8 ? format
            : throw new ArgumentException($"{format} has {format.Bits} bits, and a code here is a byte", nameof(format));

    private static Declaration Declared(ConformOptions options)
    {
        try
        {
            Declaration declaration = new([$"profile={options.Profile}", .. options.Choices]);
            return declaration.Policy.Rounding.IsStochastic
                ? throw new ArgumentException($"{declaration.Policy.Rounding} takes random bits, which a delegate is not given",
                    nameof(options))
                : declaration;
        }
        catch (RequestException exception)
        {
            throw new ArgumentException(exception.Message, nameof(options), exception);
        }
    }

    private static Level LevelOf(ConformOptions options)
        => Enum.GetValues<Level>().Where(level => Names.Of(level) == options.Level).Cast<Level?>().FirstOrDefault()
            ?? throw new ArgumentException($"a level is smoke, standard or deep, not '{options.Level}'", nameof(options));

    /// <summary>
    /// The rows that a kernel which always does what it declares, on binary32 inputs and without a tensor scale, has an answer to.
    /// </summary>
    private sealed class RowsOf(Declaration declaration)
    {
        private readonly Dictionary<string, bool> answered = new(StringComparer.Ordinal);

        public IEnumerable<TestVector> Take(IEnumerable<TestVector> rows) => rows.Where(row =>
        {
            if (!answered.TryGetValue(row.Choices, out bool does))
            {
                Question question = declaration.Of(row.Question);
                does = question.From == ElementFormats.Binary32 && question is { TensorScale: null, TensorScaleRule: null }
                    && declaration.Answers(question);
                answered.Add(row.Choices, does);
            }

            return does;
        });
    }
}
