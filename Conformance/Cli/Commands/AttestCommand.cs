using System.CommandLine;
using System.Globalization;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Attestation;
using Mxact.Conformance.Reports;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact attest -- KERNEL</c>: how far a kernel's operations lie from those of the P3109 draft.</summary>
internal static class AttestCommand
{
    private const ulong DefaultSeed = 3109;

    public static Command Create()
    {
        Command command = new("attest", "measure kappa of a kernel's operations against the IEEE P3109 draft v4.0: the most values between "
            + "the exact result and the answer; without --operation the draft's required minimum");
        Argument<string[]> kernel = new("kernel")
        {
            Description = "'builtin' (the reference), or -- and a program with its arguments",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string[]> operation = new("--operation")
        {
            Description = "an operation with its parameters, as 'mxact p3109' writes them; repeatable",
            HelpName = "name",
            DefaultValueFactory = _ => [],
        };
        Option<string> external = new("--external")
        {
            Description = "the required minimum's external format: binary32, binary16 or BFloat16",
            HelpName = "name",
            DefaultValueFactory = _ => P3109Format.Binary32.Name,
        };
        Option<int> sample = new("--sample")
        {
            Description = "operands to draw where there are more than 65536",
            HelpName = "n",
            DefaultValueFactory = _ => 20_000,
        };
        Option<ulong> seed = new("--seed")
        {
            Description = "what they are drawn from",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultSeed,
        };
        Option<string?> report = Text("--report", "write the kappa report (YAML in the form of JSON; kappa.schema.json)", "file");
        Option<string?> provider = Text("--provider", "the report's provider", "name");
        Option<string?> email = Text("--email", "the provider's address", "address");
        Option<string?> uri = Text("--uri", "the provider's page", "uri");
        Option<string?> version = Text("--implementation-version", "the version of what is measured", "version");
        SecondsOption timeLimit = SecondsOption.TimeLimit("seconds the program may take for one answer");
        command.Add(kernel);
        foreach (Option option in (Option[])[operation, external, sample, seed, report, provider, email, uri, version, timeLimit.Option])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            P3109Operation[] operations = Chosen(parsed.GetValue(operation)!, parsed.GetRequiredValue(external));
            int count = parsed.GetValue(sample);
            if (count < 1)
            {
                throw new UsageException($"--sample is at least 1, not {count}");
            }

            string[] words = parsed.GetValue(kernel)!;
            using IKernelUnderTest under = Kernels.Open(words, timeLimit.Of(parsed));
            using OutputFiles files = OutputFiles.Begin(words.Take(1), parsed.GetValue(report));
            ReportMetadata metadata = new(parsed.GetValue(provider), parsed.GetValue(email), parsed.GetValue(uri), under.Name,
                parsed.GetValue(version), TimeProvider.System.GetUtcNow());
            return Interruption.Run(stop => Run(under, operations, new(under, count, parsed.GetValue(seed), stop), files[0], metadata));
        });
        return command;
    }

    private static Option<string?> Text(string name, string description, string help)
        => new(name) { Description = description, HelpName = help };

    private static P3109Operation[] Chosen(string[] names, string external)
    {
        if (names.Length == 0)
        {
            return P3109Format.TryParse(external, out P3109Format? format) && format.IsExternal ? [.. RequiredMinimum.Of(format)]
                : throw new UsageException($"--external is {string.Join(", ", P3109Format.External)}, not '{external}'");
        }

        try
        {
            return [.. names.Distinct().Select(P3109Operation.Named)];
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static int Run(IKernelUnderTest under, P3109Operation[] operations, Attestor attestor, AtomicFile? report,
        ReportMetadata metadata)
    {
        List<Attested> measured = [];
        try
        {
            foreach (P3109Operation operation in operations)
            {
                measured.Add(attestor.Measure(operation));
                Console.WriteLine(Printable.Line(Line(measured[^1])));
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"incomplete: interrupted after {measured.Count} of {operations.Length} operations; no report is written"));
            return ExitCodes.Interrupted;
        }

        foreach (string line in under.Incidents.SelectMany(IncidentText.Lines))
        {
            Console.WriteLine(Printable.Line(line));
        }

        int Count(AttestationState state) => measured.Count(one => one.State == state);
        int equal = measured.Count(one => one is { State: AttestationState.Measured, Different: 0 });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{under.Name}, {KappaReport.Follows}: {measured.Count} operations, "
            + $"{equal} equal on every operand asked, {Count(AttestationState.Measured) - equal} not, "
            + $"{Count(AttestationState.Unsupported)} unsupported, {Count(AttestationState.Failed)} failed"));
        if (report is not null)
        {
            JsonOutput.Write(report, json => KappaReport.Write(json, metadata, measured));
        }

        return Count(AttestationState.Failed) > 0 ? ExitCodes.KernelFailed
            : equal == measured.Count - Count(AttestationState.Unsupported) && equal > 0 && under.Incidents.Count == 0 ? ExitCodes.Success
            : ExitCodes.Mismatches;
    }

    private static string Line(Attested one) => one.State switch
    {
        AttestationState.Unsupported => $"{one.Operation}: unsupported",
        AttestationState.Failed => $"{one.Operation}: failed: {one.Trouble}",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{one.Operation}: {(one.Kappa is { } kappa ? $"kappa {kappa}, " : "")}{one.Different} of {one.Asked} differ"
            + $"{(one.IsExhaustive ? "" : " (a sample)")}")
            + (one.Worst is { } worst ? $"; {worst.Request} -> {worst.Answer}, exact {worst.Exact}" : ""),
    };
}
