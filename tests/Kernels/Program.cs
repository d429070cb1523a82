using Mxact.Kernels;
using Mxact.Kernels.OnnxRuntime;
using Mxact.Kernels.Reports;

switch (args)
{
    case ["onnxruntime"]:
        return Lines.Serve(new OnnxRuntimeKernel());

    case ["report"]:
        // What there is, a line each.
        foreach (Report listed in AllReports.All)
        {
            Console.WriteLine($"{listed.Id,-30} {listed.Only,-26} {listed.Link}");
        }

        return 0;

    case ["report", string id]:
        if (AllReports.Find(id) is { } report)
        {
            return Lines.Serve(new ReportKernel(report));
        }

        Console.Error.WriteLine($"Mxact.Kernels: no report '{id}'; 'report' alone lists them");
        return 2;

    case []:
    case ["run", ..]:
        return SuiteRun.Of("onnxruntime", args.Skip(1).ToArray(), ["--profile", "onnxruntime"],
            Path.Combine("OnnxRuntime", "departures.csv"));

    default:
        Console.Error.WriteLine("usage: Mxact.Kernels [run OPTIONS]: hold ONNX Runtime to the golden vectors; Mxact.Kernels "
            + "onnxruntime, or report ID: answer requests on standard input; Mxact.Kernels report: list the hall of bugs");
        return 2;
}
