using Mxact.Conformance.Adapters;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Attestation;

/// <summary>Measures kappa of a kernel's operations, each over its operands.</summary>
internal sealed class Attestor(IKernelUnderTest kernel, long sample, ulong seed, CancellationToken stop = default)
{
    private const int Together = 4096;

    /// <summary>Measures one operation.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Attested Measure(P3109Operation operation)
    {
        OperandSpace space = new(operation, sample, seed);
        Tally tally = new(operation);

        // One request first: a kernel that does not do it is spared the others.
        foreach (Operands[] chunk in space.All().Take(1).Chunk(1).Concat(space.All().Skip(1).Chunk(Together)))
        {
            string[] requests = [.. chunk.Select(space.Request)];
            int at = 0;
            foreach (Reply reply in kernel.Ask(requests))
            {
                stop.ThrowIfCancellationRequested();
                string? trouble = reply.Kind switch
                {
                    ReplyKind.Answered => tally.Add(chunk[at], requests[at], reply.Text),
                    ReplyKind.Unsupported => "",
                    _ => $"{Names.Of(reply.Kind)}: {reply.Text}",
                };
                if (trouble is not null)
                {
                    return new(operation, trouble.Length == 0 ? AttestationState.Unsupported : AttestationState.Failed, tally.Asked,
                        space.IsExhaustive)
                    {
                        Trouble = trouble.Length == 0 ? requests[at] : $"{requests[at]}: {trouble}",
                    };
                }

                at++;
            }
        }

        return new(operation, AttestationState.Measured, tally.Asked, space.IsExhaustive)
        {
            Kappa = tally.Kappa,
            Different = tally.Different,
            Worst = tally.Worst,
        };
    }

    /// <summary>What the answers so far come to.</summary>
    private sealed class Tally(P3109Operation operation)
    {
        private readonly bool isNumber = operation.Results.All(slot => slot.Format is not null);
        private Kappa largest;

        public long Asked { get; private set; }

        public long Different { get; private set; }

        public Witness? Worst { get; private set; }

        public Kappa? Kappa => isNumber ? largest : null;

        /// <summary>Counts an answer; what is wrong with it where it is none.</summary>
        public string? Add(Operands operands, string request, string text)
        {
            uint[] answers;
            try
            {
                answers = Read(text);
            }
            catch (RequestException exception)
            {
                return exception.Message;
            }

            Asked++;
            uint[] exact = operation.Compute(operands.Codes, operands.Random);
            Kappa kappa = default;
            bool isEqual = true;
            int at = 0;
            foreach (P3109Slot slot in operation.Results)
            {
                for (int i = 0; i < slot.Count; i++, at++)
                {
                    isEqual &= exact[at] == answers[at] || IsQuietNaN(slot.Format, exact[at], answers[at]);
                    Kappa one = slot.Format is { } format ? Attestation.Kappa.Of(format, exact[at], answers[at]) : default;
                    kappa = one.CompareTo(kappa) > 0 ? one : kappa;
                }
            }

            if (!isEqual)
            {
                Different++;
                if (Worst is null || kappa.CompareTo(largest) > 0)
                {
                    largest = kappa;
                    Worst = new(request, P3109Answerer.Written(operation.Results, exact), text);
                }
            }

            return null;
        }

        /// <summary>The codes of an answer.</summary>
        /// <exception cref="RequestException">It has other words than the operation's results.</exception>
        private uint[] Read(string text)
        {
            HexWords words = new(text);
            uint[] codes = P3109Answerer.Read(ref words, operation.Results);
            words.End();
            int at = 0;
            foreach (P3109Slot slot in operation.Results)
            {
                if (slot.Format is { } format && codes.Skip(at).Take(slot.Count).Any(code => (code & ~format.CodeMask) != 0))
                {
                    throw new RequestException($"{slot.Name} has more than {format.Bits} bits");
                }

                at += slot.Count;
            }

            return codes;
        }

        /// <summary>Two NaNs of an external format, the answer quiet.</summary>
        private static bool IsQuietNaN(P3109Format? format, uint exact, uint answer)
            => format is { IsExternal: true } && exact == format.NaN && (answer & format.NaN) == format.NaN;
    }
}
