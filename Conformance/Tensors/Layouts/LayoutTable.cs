using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>The layouts that are known, one row each.</summary>
internal static class LayoutTable
{
    private static readonly NamePart Plain = new("");
    private static readonly NamePart Scale = new("_scale");

    private static readonly TensorScaleForm Factor = new(new("_scale_2"), IsDivisor: false, []);
    private static readonly TensorScaleForm Divisor = new(new("_global_scale"), IsDivisor: true, [1]);

    /// <summary>What this project writes: safetensors' own types.</summary>
    public static Layout Mxact { get; } = new("mxact", "mxact convert; safetensors' own types",
        new("https://github.com/huggingface/safetensors"),
        [
            new(MxFormats.Mxfp8E4M3, TensorType.F8E4M3), new(MxFormats.Mxfp8E5M2, TensorType.F8E5M2),
            new(MxFormats.Mxfp6E3M2, TensorType.F6E3M2), new(MxFormats.Mxfp6E2M3, TensorType.F6E2M3),
            new(MxFormats.Mxfp4, TensorType.F4), new(MxFormats.Mxint8, TensorType.I8),
        ],
        Plain, [Scale], TensorType.F8E8M0)
    {
        TakesColumns = true,
        TakesPartialBlocks = true,
    };

    /// <summary>gpt-oss: a block has an axis of its own.</summary>
    public static Layout GptOss { get; } = new("gpt-oss", "OpenAI gpt-oss, transformers' mxfp4",
        new("https://huggingface.co/openai/gpt-oss-20b"),
        [new(MxFormats.Mxfp4, TensorType.U8, SplitsBlocks: true)], new("_blocks"), [new("_scales")], TensorType.U8)
    {
        Note = "E8M0 as bytes",
    };

    /// <summary>compressed-tensors' MXFP4.</summary>
    public static Layout CompressedTensorsMxfp4 { get; } = new("compressed-tensors-mxfp4", "compressed-tensors, llm-compressor",
        new("https://github.com/vllm-project/compressed-tensors"),
        [new(MxFormats.Mxfp4, TensorType.U8)], new("_packed"), [Scale], TensorType.U8)
    {
        Note = "E8M0 as bytes; one released version wrote them two codes low, which `mxact which` tells",
    };

    /// <summary>compressed-tensors' NVFP4.</summary>
    public static Layout CompressedTensorsNvfp4 { get; } = new("compressed-tensors-nvfp4", "compressed-tensors, llm-compressor",
        new("https://github.com/vllm-project/compressed-tensors"),
        [new(MxFormats.Nvfp4, TensorType.U8), new(MxFormats.Nvfp4, TensorType.F4)], new("_packed"), [Scale], TensorType.F8E4M3)
    {
        TensorScale = Divisor,
        Note = "the global scale divides",
    };

    /// <summary>ModelOpt's NVFP4.</summary>
    public static Layout ModelOptNvfp4 { get; } = new("modelopt-nvfp4", "NVIDIA ModelOpt, TensorRT-LLM",
        new("https://github.com/NVIDIA/Model-Optimizer"),
        [new(MxFormats.Nvfp4, TensorType.U8), new(MxFormats.Nvfp4, TensorType.F4)], Plain, [Scale], TensorType.F8E4M3)
    {
        TensorScale = Factor,
        Note = "weight_scale_2 multiplies; input_scale is the activations' and copied",
    };

    /// <summary>NVFP4 without a tensor scale.</summary>
    public static Layout Nvfp4Plain { get; } = new("nvfp4-plain", "safetensors' own types",
        new("https://github.com/huggingface/safetensors"),
        [new(MxFormats.Nvfp4, TensorType.F4)], Plain, [Scale], TensorType.F8E4M3)
    {
        Note = "no tensor scale",
    };

    /// <summary>MXFP8 whose scales are bytes.</summary>
    public static Layout Mxfp8Bytes { get; } = new("mxfp8-bytes", "compressed-tensors MXFP8, MiniMax, Quark and others",
        new("https://github.com/vllm-project/compressed-tensors"),
        [new(MxFormats.Mxfp8E4M3, TensorType.F8E4M3), new(MxFormats.Mxfp8E5M2, TensorType.F8E5M2)],
        Plain, [Scale, new("_scale_inv")], TensorType.U8)
    {
        Note = "E8M0 as bytes and a factor, also where it is called _scale_inv",
    };

    /// <summary>Quark's MXFP4.</summary>
    public static Layout QuarkMxfp4 { get; } = new("quark-mxfp4", "AMD Quark", new("https://quark.docs.amd.com"),
        [new(MxFormats.Mxfp4, TensorType.U8)], Plain, [Scale], TensorType.U8)
    {
        Note = "E8M0 as bytes; some exports shuffle them: --scale-layout amd",
    };

    /// <summary>MLX's MXFP4.</summary>
    public static Layout MlxMxfp4 { get; } = Mlx("mlx-mxfp4", MxFormats.Mxfp4);

    /// <summary>MLX's MXFP8.</summary>
    public static Layout MlxMxfp8 { get; } = Mlx("mlx-mxfp8", MxFormats.Mxfp8E4M3);

    /// <summary>MLX's NVFP4.</summary>
    public static Layout MlxNvfp4 { get; } = Mlx("mlx-nvfp4", MxFormats.Nvfp4);

    /// <summary>DeepSeek V3: tiles of 128 x 128 under binary32.</summary>
    public static Layout DeepSeekV3 { get; } = new("deepseek-v3", "DeepSeek V3 and R1",
        new("https://huggingface.co/deepseek-ai/DeepSeek-V3"),
        [new(MxFormats.Mxfp8E4M3, TensorType.F8E4M3)], Plain, [new("_scale_inv")], TensorType.F32)
    {
        Tile = 128,
        TakesPartialBlocks = true,
        Note = "a factor in spite of its name; one binary32 number for 128 x 128 elements",
    };

    /// <summary>DeepSeek V4: the same tiles under E8M0.</summary>
    public static Layout DeepSeekV4 { get; } = new("deepseek-v4", "DeepSeek V4 and kin", new("https://huggingface.co/deepseek-ai"),
        [new(MxFormats.Mxfp8E4M3, TensorType.F8E4M3)], Plain, [new("scale", InPlaceOfWeight: true)], TensorType.F8E8M0)
    {
        Tile = 128,
        TakesPartialBlocks = true,
        Note = "one E8M0 scale for 128 x 128 elements",
    };

    /// <summary>GGUF's type 39.</summary>
    public static Layout GgufMxfp4 { get; } = new("gguf-mxfp4", "llama.cpp", new("https://github.com/ggml-org/ggml"),
        [new(MxFormats.Mxfp4, GgufTypes.Mxfp4)], Plain, [], TensorType.U8)
    {
        Note = "type 39: value j low and j + 16 high in a byte, the scale before them",
    };

    /// <summary>GGUF's type 40.</summary>
    public static Layout GgufNvfp4 { get; } = new("gguf-nvfp4", "llama.cpp", new("https://github.com/ggml-org/ggml"),
        [new(MxFormats.Nvfp4, GgufTypes.Nvfp4)], Plain, [], TensorType.U8)
    {
        Note = "type 40: four scales, then four blocks of 16; no tensor scale",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Layout> All { get; } =
    [
        Mxact, GptOss, CompressedTensorsMxfp4, CompressedTensorsNvfp4, ModelOptNvfp4, Nvfp4Plain, Mxfp8Bytes, QuarkMxfp4, MlxMxfp4,
        MlxMxfp8, MlxNvfp4, DeepSeekV3, DeepSeekV4, GgufMxfp4, GgufNvfp4,
    ];

    /// <summary>The layout of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static Layout Require(string name) => All.FirstOrDefault(layout => layout.Name == name)
        ?? throw new UsageException($"'{Printable.Short(name, 40)}' names no layout; there are {string.Join(", ", All)}");

    private static Layout Mlx(string name, BlockFormat format) => new(name, "MLX, mode " + name[4..],
        new("https://ml-explore.github.io/mlx"), [new(format, TensorType.U32)], Plain, [new("scales", InPlaceOfWeight: true)],
        TensorType.U8)
    {
        Note = "little-endian words of codes, the first lowest",
    };
}
