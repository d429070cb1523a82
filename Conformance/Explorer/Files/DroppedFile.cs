using System.Globalization;
using Microsoft.AspNetCore.Components.Forms;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;
using Mxact.Tensors.Reports;

namespace Mxact.Explorer.Files;

/// <summary>A file that was dropped on the page, as <c>mxact inspect</c> tells it.</summary>
/// <param name="Rows">A tensor, and its numbers.</param>
/// <param name="Lines">What stands below them.</param>
public sealed record DroppedFile(IReadOnlyList<(string Heading, string[] Cells)> Rows, IReadOnlyList<string> Lines)
{
    /// <summary>The largest file: it lies in the page's memory while it is read.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>Reads a file and inspects it; nothing of it stays.</summary>
    /// <exception cref="UsageException">It is too large, or is none; one line.</exception>
    internal static async Task<DroppedFile> Read(IBrowserFile dropped)
    {
        // The command names the file as it was called: so does the page, from the folder that the file lies in.
        string name = Path.GetFileName(dropped.Name);
        if (dropped.Size > MostBytes)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"{name}: has {dropped.Size:#,0} bytes; the page takes files up to {MostBytes:#,0}: mxact inspect {name} takes any"));
        }

        Directory.SetCurrentDirectory(Path.GetTempPath());
        try
        {
            using (FileStream copy = new(name, FileMode.Create, FileAccess.Write))
            using (Stream content = dropped.OpenReadStream(MostBytes))
            {
                await content.CopyToAsync(copy);
            }

            return Inspect(name);
        }
        finally
        {
            File.Delete(name);
        }
    }

    private static DroppedFile Inspect(string path)
    {
        using Checkpoint from = Checkpoint.Open(path);
        LayoutFinder finder = new(from.Path, from.Tensors, null, ScaleLayout.RowMajor);
        InspectionOutcome outcome = Inspector.Run(from, from.Tensors, finder, threads: 1, progress: null, CancellationToken.None);
        return new([.. InspectionSummary.Rows(outcome).Select(row => (Printable.Line(row.Heading), row.Cells))],
            [.. InspectionSummary.Closing(outcome).Select(Printable.Line)]);
    }
}
