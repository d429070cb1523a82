using Mxact.Kernels;
using Mxact.Kernels.OnnxRuntime;
using Mxact.Vectors;

IKernel? kernel = args switch
{
    ["onnxruntime"] => new OnnxRuntimeKernel(),
    _ => null,
};
if (kernel is null)
{
    Console.Error.WriteLine("usage: Mxact.Kernels onnxruntime; requests on stdin, one answer a line on stdout");
    return 2;
}

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
