using Mxact.Kernels;
using Mxact.Kernels.LibTorch;
using Mxact.Shell;

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("NOT CHECKED: libtorch's casts; the package is for Linux on x64");
    return ExitCodes.Unchecked;
}

switch (args)
{
    case ["libtorch"]:
        Mxact.Training.Native.LibTorch.Load();
        TorchSharp.torch.set_num_threads(1);
        return Lines.Serve(new LibTorchKernel());

    case []:
    case ["run", ..]:
        return SuiteRun.Of("libtorch", args.Skip(1).ToArray(), ["--profile", "libtorch"],
            Path.Combine("LibTorch", "departures.csv"));

    default:
        Console.Error.WriteLine("usage: Mxact.Kernels.LibTorch [run OPTIONS]: hold libtorch's casts to the golden vectors; "
            + "Mxact.Kernels.LibTorch libtorch: answer requests on standard input");
        return ExitCodes.BadInput;
}
