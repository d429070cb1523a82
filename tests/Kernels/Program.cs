using System.Diagnostics;
using Mxact.Kernels;
using Mxact.Kernels.OnnxRuntime;
using Mxact.Vectors;

switch (args)
{
    case ["onnxruntime"]:
        try
        {
            using Stream input = Console.OpenStandardInput();
            using Stream output = Console.OpenStandardOutput();
            Lines.Serve(input, output, new OnnxRuntimeKernel());
            return 0;
        }
        catch (RequestException exception)
        {
            Console.Error.WriteLine($"Mxact.Kernels: {exception.Message}");
            return 2;
        }

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
            + "onnxruntime: answer requests on standard input");
        return 2;
}
