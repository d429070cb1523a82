using System.Diagnostics;
using Mxact.Kernels;
using Mxact.Kernels.OnnxRuntime;
using Mxact.Kernels.Reports;
using Mxact.Vectors;

switch (args)
{
    case ["onnxruntime"]:
        return Serve(new OnnxRuntimeKernel());

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
            return Serve(new ReportKernel(report));
        }

        Console.Error.WriteLine($"Mxact.Kernels: no report '{id}'; 'report' alone lists them");
        return 2;

    case []:
    case ["run", ..]:
        // The suite, as a user starts it, on this program.
        string self = typeof(IKernel).Assembly.Location;
        // Held to its own profile; where it leaves that is a list, row by row, that may neither grow nor shrink.
        string[] options = args.Length > 1
            ? args[1..]
            : ["--only", "decode", "--only", "encode", "--profile", "onnxruntime", "--departures",
                Path.Combine(AppContext.BaseDirectory, "OnnxRuntime", "departures.csv")];
        using (Process suite = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "mxact.dll"), "run", .. options, "--", "dotnet", self, "onnxruntime"]))!)
        {
            suite.WaitForExit();
            return suite.ExitCode;
        }

    default:
        Console.Error.WriteLine("usage: Mxact.Kernels [run OPTIONS]: hold ONNX Runtime to the golden vectors; Mxact.Kernels "
            + "onnxruntime, or report ID: answer requests on standard input; Mxact.Kernels report: list the hall of bugs");
        return 2;
}

static int Serve(IKernel kernel)
{
    try
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        Lines.Serve(input, output, kernel);
        return 0;
    }
    catch (RequestException exception)
    {
        Console.Error.WriteLine($"Mxact.Kernels: {exception.Message}");
        return 2;
    }
}
