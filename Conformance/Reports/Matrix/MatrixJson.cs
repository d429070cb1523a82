using System.Text.Json;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports.Matrix;

/// <summary>A matrix for another program; <c>matrix.schema.json</c> describes it.</summary>
internal static class MatrixJson
{
    public static void Write(AtomicFile file, KernelMatrix matrix) => JsonOutput.Write(file, json =>
    {
        json.WriteObjects("kernels", matrix.Kernels, kernel =>
        {
            json.WriteString("file", kernel.Path);
            json.WriteString("kernel", kernel.Kernel);
            json.WriteString("declaration", kernel.Declaration);
            json.WriteString("level", kernel.Level);
            json.WriteString("verdict", kernel.Verdict);
            json.WriteNumber("exit_code", kernel.ExitCode);
            Counts(json, kernel.Counts);
            json.WriteNumber("unexplained", kernel.ExplainedBy(null));
        });
        json.WriteObjects("operations", matrix.Operations, operation =>
        {
            json.WriteString("name", operation);
            json.WriteStartArray("cells");
            for (int i = 0; i < matrix.Kernels.Length; i++)
            {
                Cell(json, matrix[i, operation]);
            }

            json.WriteEndArray();
        });
        json.WriteObjects("causes", matrix.Causes, cause =>
        {
            json.WriteString("name", cause);
            json.WriteString("words", matrix.WordsOf(cause));
            json.WriteStartArray("explained");
            foreach (KernelReport kernel in matrix.Kernels)
            {
                json.WriteNumberValue(kernel.ExplainedBy(cause));
            }

            json.WriteEndArray();
        });
    });

    private static void Cell(Utf8JsonWriter json, MatrixCell? cell)
    {
        if (cell is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        Counts(json, cell.Counts);
        json.WriteObjects("causes", cell.Causes, cause =>
        {
            json.WriteString("name", cause.Name);
            json.WriteNumber("explained", cause.Explained);
        });
        json.WriteNumber("unexplained", cell.Unexplained);
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, MatrixCounts counts)
    {
        json.WriteStartObject("counts");
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
        {
            json.WriteNumber(Names.Of(verdict), counts[verdict]);
        }

        json.WriteEndObject();
    }
}
