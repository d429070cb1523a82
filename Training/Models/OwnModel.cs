using System.Reflection;
using Mxact.Shell;
using Mxact.Training.Layers;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>
/// Somebody's <see cref="IExperiment"/> as a run trains it. What it throws is no bug of the program, and becomes one line that names it.
/// </summary>
internal sealed class OwnModel : ITrainedModel
{
    private readonly string name;
    private readonly IExperiment experiment;

    /// <summary>Makes the experiment and draws its weights.</summary>
    /// <param name="model"><c>assembly:Type</c>.</param>
    /// <param name="seed">The run's.</param>
    /// <exception cref="UsageException">There is no such type, or it is no experiment.</exception>
    public OwnModel(string model, ulong seed)
    {
        name = model;
        experiment = Guard(() => (IExperiment)Activator.CreateInstance(Find(model))!);
        Parameters = Guard(() =>
        {
            experiment.Begin(seed);
            return experiment.Parameters.ToArray();
        });
        if (Parameters.Count == 0)
        {
            throw new UsageException($"--model {name}: has no parameters after Begin");
        }

        foreach ((string parameter, Parameter value) in Parameters)
        {
            if (value.dtype != ScalarType.Float32 || value.device_type != DeviceType.CPU)
            {
                throw new UsageException(
                    $"--model {name}: {parameter} is {value.dtype} on {value.device_type}, not binary32 on the processor");
            }

            if (Parameters.Count(p => p.Name == parameter) > 1)
            {
                throw new UsageException($"--model {name}: two parameters are named {parameter}");
            }
        }
    }

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>The constants that Adam's own publication recommends (arXiv 1412.6980).</summary>
    public AdamSettings Published { get; } = new(0.9, 0.999, 1e-8, 0, null);

    /// <summary>The type of an experiment.</summary>
    /// <param name="model"><c>assembly:Type</c>, the type with its namespace.</param>
    /// <exception cref="UsageException">There is no such file or type, or no experiment can be made of it.</exception>
    public static Type Find(string model)
    {
        int colon = model.LastIndexOf(':');
        string path = model[..colon];
        string typeName = model[(colon + 1)..];
        if (!File.Exists(path))
        {
            throw new UsageException($"--model {model}: there is no file {path}");
        }

        Assembly assembly;
        Type? type;
        try
        {
            assembly = Assembly.LoadFrom(path);
            type = assembly.GetType(typeName);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new UsageException($"--model {model}: {path} cannot be loaded as a .NET assembly: {exception.Message}");
        }

        return type is null ? throw new UsageException($"--model {model}: {path} has no type {typeName} (give its namespace too)")
            : !typeof(IExperiment).IsAssignableFrom(type)
                ? throw new UsageException($"--model {model}: {typeName} does not implement {typeof(IExperiment).FullName}")
            : type.IsAbstract || type.ContainsGenericParameters
                ? throw new UsageException($"--model {model}: {typeName} is abstract or generic, so that none can be made")
            : type.GetConstructor(Type.EmptyTypes) is null
                ? throw new UsageException($"--model {model}: {typeName} has no public constructor without parameters")
            : type;
    }

    /// <summary>Nothing is known of somebody's task.</summary>
    public double FindIrreducibleLoss(int step) => double.NaN;

    public Tensor ComputeLoss(int step, QuantizedProducts products, TensorTap? tap = null)
    {
        products.OperandTap = tap;
        try
        {
            Tensor loss = Guard(() => experiment.ComputeLoss(step, products));
            return loss.numel() == 1 && loss.dtype == ScalarType.Float32 && is_grad_enabled() && !loss.requires_grad
                ? throw new UsageException($"--model {name}: its loss does not depend on its parameters")
                : loss.numel() == 1 && loss.dtype == ScalarType.Float32 ? loss
                : throw new UsageException(
                    $"--model {name}: its loss is {loss.dtype} of [{string.Join(", ", loss.shape)}], not one number in binary32");
        }
        finally
        {
            products.OperandTap = null;
        }
    }

    public void Dispose() => experiment.Dispose();

    private T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is not (UsageException or OutOfMemoryException))
        {
            Exception cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            throw new UsageException($"--model {name}: {cause.GetType().Name}: {cause.Message}");
        }
    }
}
