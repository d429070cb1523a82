namespace Mxact;

/// <summary>How a matrix of scales lies in memory.</summary>
public enum ScaleLayout
{
    /// <summary>Row by row, without padding.</summary>
    RowMajor,

    /// <summary>Tiles of 128 rows by 4 scales, padded with zeros: cuBLAS, CUTLASS, torchao's to_blocked.</summary>
    Nvidia128x4,

    /// <summary>Tiles of 32 rows by 8 scales, padded with zeros: AMD gfx950.</summary>
    Amd32x8,
}
