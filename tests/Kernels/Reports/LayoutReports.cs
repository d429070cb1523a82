namespace Mxact.Kernels.Reports;

/// <summary>Reports of codes and scales that stand in another order.</summary>
internal static class LayoutReports
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<Report> All { get; } =
    [
        new("ao-nibble-order", "pytorch/ao#2939",
            "Which of a byte's two FP4 numbers comes first?",
            "pack+nibbles", ["first element in the high bits"], asked => string.Concat(asked.Words[0].Chunk(4).Select(pair
                => $"{pair[1]}{(pair.Length > 2 ? pair[3] : '0')}"))),
        new("cutlass-fp6-packing", "NVIDIA/cutlass#2382",
            "In which order do four FP6 numbers fill three bytes?",
            "pack+fp6", ["first element in the high bits"], HighestFirst),
        new("imp-gguf-order", "kekzl/imp#567",
            "An MXFP4 model from a GGUF file answers nonsense: every block seems shuffled.",
            "unpack+gguf-mxfp4", ["GGUF order"], asked => asked.Words[0][..2] + string.Concat(
                Asked.Numbers(asked.Words[0][2..], 2).Select(pair
                => Asked.Code(pair & 15) + Asked.Code(pair >> 4)))),
        new("vllm-scale-tiles", "vllm-project/vllm#50084",
            "The result is right for square matrices alone once the scales are swizzled.",
            "pack+scale-tiles-nvidia", ["rows and columns swapped"], asked => (asked with
            {
                Operands = $"{asked.Words[1]} {asked.Words[0]} {asked.Words[2]}"
            }).Right),
    ];

    /// <summary>The bits of each number from the highest down, and eight of them a byte.</summary>
    private static string HighestFirst(Asked asked)
    {
        ulong pending = 0;
        int held = 0;
        string bytes = "";
        foreach (uint code in Asked.Numbers(asked.Words[0], 2))
        {
            pending = (pending << 6) | code;
            held += 6;
            for (; held >= 8; held -= 8)
            {
                bytes += Asked.Code((uint)(pending >> (held - 8)) & 0xFF);
            }
        }

        return held == 0 ? bytes : bytes + Asked.Code((uint)(pending << (8 - held)) & 0xFF);
    }
}
