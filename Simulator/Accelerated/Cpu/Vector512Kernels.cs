using Mxact.Simulator.Accelerated.Kernels;
using Mxact.Simulator.Accelerated.Lanes;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Cpu;

/// <summary>The tuned kernels where they apply, the generic ones for everything else: few blocks, special values, the ends of binary32's range.</summary>
internal sealed unsafe class Vector512Kernels<TFormat, TRounding, TResults> : LaneKernels<Vector512Lane, TRounding>
    where TFormat : struct, IElementFormat
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    private const int Group = BlockConversionVector512.Group;
    private const int BlockSize = MxFormats.BlockSize;
    private const nint Line = 64;

    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        stream &= (nint)codes % Line == 0;
        nint block = 0;
        while (block + Group <= blocks)
        {
            nint done = BlockConversionVector512.Quantize<TFormat, TRounding, TResults>(values + (block * BlockSize), blocks - block, scales + block, codes + (block * BlockSize), p, stream);
            block += done;
            done = BlockConversionVector512.QuantizeLifted<TFormat, TRounding, TResults>(values + (block * BlockSize), blocks - block, scales + block, codes + (block * BlockSize), p);
            block += done;
            if (done == 0 && block + Group <= blocks)
            {
                base.QuantizeRow(values + (block * BlockSize), words, Group, scales + block, codes + (block * BlockSize), p, stream);
                block += Group;
            }
        }

        base.QuantizeRow(values + (block * BlockSize), words, blocks - block, scales + block, codes + (block * BlockSize), p, stream);
    }

    public override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        if (!TResults.Plain)
        {
            base.RoundTripRow(values, words, blocks, result, p, stream);
            return;
        }

        stream &= (nint)result % Line == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += BlockConversionVector512.RoundTrip<TFormat, TRounding>(values + (block * BlockSize), blocks - block, result + (block * BlockSize), p, stream);
            nint group = Math.Min(Group, blocks - block);
            base.RoundTripRow(values + (block * BlockSize), words, group, result + (block * BlockSize), p, stream: false);
            block += group;
        }
    }
}
