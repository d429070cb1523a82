using System.Globalization;
using System.Text.Json;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Reports;

/// <summary>An inspection for another program: every count. One that is not finite is null, or a text where it is the finding.</summary>
internal static class InspectionJson
{
    public static void Write(AtomicFile file, InspectionOutcome outcome) => JsonOutput.Write(file, json => Members(json, outcome));

    /// <summary>The same as a text.</summary>
    public static string Text(InspectionOutcome outcome) => JsonOutput.Text(json => Members(json, outcome));

    private static void Members(Utf8JsonWriter json, InspectionOutcome outcome)
    {
        json.WriteString("path", outcome.Path);
        json.WriteNumber("exit_code", outcome.ExitCode);
        json.WriteStartObject("config");
        json.WriteString("file", outcome.Config.File);
        json.WriteString("method", outcome.Config.Method);
        json.WriteString("format", outcome.Config.Format);
        json.WriteEndObject();
        json.WriteStartArray("not_quantised");
        foreach (PlainTensors plain in outcome.Plain)
        {
            json.WriteStartObject();
            json.WriteString("dtype", plain.Type);
            json.WriteNumber("tensors", plain.Tensors);
            json.WriteNumber("bytes", plain.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("totals");
        foreach (FormatTotal total in FormatTotal.Of(outcome.Tensors))
        {
            json.WriteStartObject();
            json.WriteString("format", total.Format.Name);
            json.WriteNumber("tensors", total.Tensors);
            json.WriteNumber("zero_blocks", total.AllZero);
            Counts(json, total.Scales, total.Elements);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tensors");
        foreach (InspectedTensor tensor in outcome.Tensors)
        {
            Write(json, tensor);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, InspectedTensor inspected)
    {
        StoredTensor tensor = inspected.Tensor;
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("layout", tensor.Layout.Name);
        json.WriteString("format", tensor.Format.Name);
        json.WriteString("axis", BlockAxes.NameOf(tensor.Axis));
        json.WriteStartArray("shape");
        foreach (long extent in tensor.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteNumber("zero_blocks", inspected.Fill.AllZero);
        json.WriteNumber("blocks_at_max", inspected.Fill.AtMax);
        json.WriteNumber("blocks_under_scale_00", inspected.Fill.UnderZeroScale);
        json.WriteNumber("blocks_testable", inspected.Fill.Testable);
        json.WriteNumber("blocks_underfilled", inspected.Fill.Underfilled);
        Counts(json, inspected.Scales, inspected.Elements);
        Histogram(json, "scale_codes", inspected.Scales.Codes);
        Histogram(json, "largest_elements", inspected.Fill.Largest);
        json.WriteStartArray("tensor_scales");
        foreach (float scale in inspected.TensorScales)
        {
            if (float.IsFinite(scale))
            {
                json.WriteNumberValue(scale);
            }
            else
            {
                json.WriteStringValue(float.IsNaN(scale) ? "NaN" : scale > 0 ? "Infinity" : "-Infinity");
            }
        }

        json.WriteEndArray();
        json.WriteBoolean("tensor_scale_divides", tensor.Layout.TensorScale?.IsDivisor == true);
        json.WriteStartArray("verdicts");
        foreach (Verdict verdict in inspected.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("rule", verdict.Name);
            json.WriteString("kind", verdict.Kind);
            json.WriteString("words", verdict.Words);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, ScaleCounts scales, ElementCounts elements)
    {
        json.WriteStartObject("scales");
        json.WriteNumber("count", scales.Count);
        Number(json, "least", scales.Least);
        Number(json, "median", scales.Median);
        Number(json, "greatest", scales.Greatest);
        json.WriteNumber("zeros", scales.Zeros);
        json.WriteNumber("nan", scales.NaN);
        json.WriteNumber("signed", scales.Signed);
        if (scales.Distinct >= 0)
        {
            json.WriteNumber("distinct", scales.Distinct);
        }

        json.WriteEndObject();
        json.WriteStartObject("elements");
        json.WriteNumber("count", elements.Elements);
        json.WriteNumber("at_max", elements.AtMax);
        json.WriteNumber("zero", elements.Zero);
        json.WriteNumber("subnormal", elements.Subnormal);
        json.WriteNumber("nan", elements.NaN);
        json.WriteNumber("infinite", elements.Infinite);
        json.WriteEndObject();
    }

    private static void Histogram(Utf8JsonWriter json, string name, IEnumerable<(byte Code, long Count)> counts)
    {
        json.WriteStartObject(name);
        foreach ((byte code, long count) in counts)
        {
            json.WriteNumber(code.ToString("X2", CultureInfo.InvariantCulture), count);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
