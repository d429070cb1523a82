using System.Diagnostics;
using System.Globalization;
using Mxact.Common;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Models of other people: the README's program, and what is refused.</summary>
public sealed class OwnModelTests
{
    private static readonly string Self = typeof(OwnModelTests).Assembly.Location;
    private static readonly string Place = typeof(OwnModelTests).Namespace!;

    /// <summary>Built from the README's text, run as a program, and trained by the command.</summary>
    [Fact]
    public void The_program_in_the_README_trains_and_so_does_its_class_under_the_command()
    {
        using TemporaryFolder folder = new();
        folder.Write("Program.cs", ReadProgram());
        string native = (string)AppContext.GetData("Mxact.Training.LibTorch")!;
        string[] references = ["Mxact.Training", "Mxact.Simulator", "Mxact.Spec", "TorchSharp"];
        folder.Write("waves.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(references.Select(r => $"<Reference Include=\"{Path.Combine(AppContext.BaseDirectory, r)}.dll\" />"))}
                <None Include="{AppContext.BaseDirectory}runtimes/linux-x64/native/libLibTorchSharp.so" Link="libLibTorchSharp.so"
                  CopyToOutputDirectory="PreserveNewest" />
                <RuntimeHostConfigurationOption Include="Mxact.Training.LibTorch" Value="{native}" />
              </ItemGroup>
            </Project>
            """);
        (int code, string output) = Run(["build", folder.In("waves.csproj"), "-c", "Release", "-o", folder.In("built"), "-v", "quiet"]);
        Assert.True(code == 0, output);
        string assembly = folder.In("built", "waves.dll");
        (code, output) = Run([assembly]);
        Assert.True(code == 0, output);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        double first = double.Parse(lines[0].Split("loss ")[1].Split(',')[0], CultureInfo.InvariantCulture);
        double last = double.Parse(lines[4].Split("loss ")[1].Split(',')[0], CultureInfo.InvariantCulture);
        Assert.True(last < 0.5 * first, output);
        Assert.Contains("first event: none", lines[4], StringComparison.Ordinal);

        string[] options = ["--lr", "1e-2", "--steps", "30", "--seed", "1", "--scale-rule", "round-up", "--backward-error"];
        (code, _, string error) = MxactTrain.Run(["run", "--model", assembly + ":Waves", "--out", folder.In("run"), .. options]);
        Assert.True(code == 0, error);
        StepRow[] rows = [.. StepLog.Read(folder.In("run", "steps.csv")).Rows];

        // The first loss and the first gradient distance are those that the program itself printed.
        Assert.Equal(first, rows[0].Loss, 1e-3);
        string printed = string.Create(CultureInfo.InvariantCulture, $"distance {rows[0].Distance:g3}, along {rows[0].DistanceAlong:g3}");
        Assert.EndsWith(printed, lines[0], StringComparison.Ordinal);
        Assert.Contains("second.w", File.ReadAllText(folder.In("run", "tensors.csv")), StringComparison.Ordinal);
        Assert.Contains("norm.gain", File.ReadAllText(folder.In("run", "tensors.csv")), StringComparison.Ordinal);
        Assert.Contains("first", File.ReadAllText(folder.In("run", "products.csv")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.dll:Waves", "there is no file")]
    [InlineData("{self}:Nobody", "has no type Nobody")]
    [InlineData("{self}:{place}.OwnModelTests", "OwnModelTests does not implement Mxact.Training.Models.IExperiment")]
    [InlineData("{self}:{place}.NeedsArgument", "NeedsArgument has no public constructor without parameters")]
    [InlineData("{self}:{place}.Failing", "InvalidOperationException: no data today")]
    [InlineData("{self}:{place}.Detached", "its loss does not depend on its parameters")]
    [InlineData("{text}:Waves", "cannot be loaded as a .NET assembly")]
    [InlineData("waves", "--model must be proxy, decoder or assembly:Type, not 'waves'")]
    public void What_is_no_experiment_is_refused_in_one_line(string model, string message)
    {
        using TemporaryFolder folder = new();
        string text = folder.Write("text.dll", "no assembly");
        model = model.Replace("{self}", Self, StringComparison.Ordinal).Replace("{place}", Place, StringComparison.Ordinal)
            .Replace("{text}", text, StringComparison.Ordinal);
        MxactTrain.Refuses(message, "run", "--model", model, "--out", folder.In("run"), "--steps", "1");
    }

    /// <summary>A parameter that the loss does not know, and one that is frozen, have gradients of zero.</summary>
    [Fact]
    public void Parameters_without_a_gradient_stay_where_they_are()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = MxactTrain.Run(
            "run", "--model", $"{Self}:{Place}.OneOfThree", "--out", folder.In("run"), "--steps", "3", "--lr", "0.5", "--zeta-every", "1");
        Assert.Equal((0, ""), (code, error));
        StepRow[] rows = [.. StepLog.Read(folder.In("run", "steps.csv")).Rows];

        // The loss is the square of a weight at 3, whose gradients are 6 and 5: Adam takes 0.5 off, and then 0.5 * (1.04 / 0.19) /
        // sqrt(0.060964 / 0.001999) = 0.49559.
        Assert.Equal([9, 6.25, 4.018], rows.Select(r => Math.Round(r.Loss, 3)));
        Assert.Equal(6, rows[0].GradNorm, 1e-6);
    }

    [Fact]
    public void Sizes_of_the_programs_models_are_refused_beside_somebodys()
    {
        using TemporaryFolder folder = new();
        MxactTrain.Refuses(
            "--depth does nothing beside --model",
            "run", "--model", $"{Self}:{Place}.Failing", "--depth", "2", "--out", folder.In("run"));
    }

    /// <summary>The README's only complete program: its first line is a using.</summary>
    private static string ReadProgram()
    {
        string readme = File.ReadAllText(Repository.At("Training", "README.md"));
        return readme.Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])
            .Single(b => b.StartsWith("using ", StringComparison.Ordinal));
    }

    private static (int Code, string Output) Run(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), $"dotnet {string.Join(' ', arguments)} did not end");
        return (process.ExitCode, output);
    }
}

/// <summary>An experiment that needs more than a run can give.</summary>
/// <param name="seed">Not given.</param>
public sealed class NeedsArgument(ulong seed) : Failing
{
    /// <summary>What was not given.</summary>
    public ulong Seed { get; } = seed;
}

/// <summary>An experiment that cannot begin.</summary>
public class Failing : IExperiment
{
    public IReadOnlyList<(string Name, Parameter Value)> Parameters => [];

    public void Begin(ulong seed) => throw new InvalidOperationException("no data today");

    public Tensor ComputeLoss(int stepIndex, QuantizedProducts products) => throw new InvalidOperationException();

    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>An experiment whose loss knows one of its three parameters.</summary>
public class OneOfThree : IExperiment
{
    private readonly Parameter used = new(full(1, 3f));
    private readonly Parameter unused = new(ones(2));
    private readonly Parameter frozen = new(ones(1), requires_grad: false);

    public IReadOnlyList<(string Name, Parameter Value)> Parameters
        => [("used", used), ("unused", unused), ("frozen", frozen)];

    public void Begin(ulong seed)
    {
    }

    public virtual Tensor ComputeLoss(int stepIndex, QuantizedProducts products) => (used * used * frozen).sum();

    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>An experiment whose loss knows none.</summary>
public sealed class Detached : OneOfThree
{
    public override Tensor ComputeLoss(int stepIndex, QuantizedProducts products) => ones(1).sum();
}
