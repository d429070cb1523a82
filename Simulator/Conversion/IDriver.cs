namespace Mxact.Simulator.Conversion;

/// <summary>What carries out a checked call: a processor's tiles or a device's threads.</summary>
internal interface IDriver
{
    /// <summary>Values to scales and codes.</summary>
    void Quantize(in MatrixJob job);

    /// <summary>Scales and codes to binary32 values.</summary>
    void Dequantize(in MatrixJob job);

    /// <summary>Values to the binary32 values that their scales and codes stand for.</summary>
    void RoundTrip(in MatrixJob job);
}
