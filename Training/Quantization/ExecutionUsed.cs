namespace Mxact.Training.Quantization;

/// <summary>
/// What really computes a scheme: the two halves may run on different backends, and a product need not have a vector path.
/// </summary>
/// <param name="Conversions">
/// The backend and threads of the conversions, such as <c>vector256 x 2</c>; <c>none</c> where nothing is converted.
/// </param>
/// <param name="Products">
/// <c>libtorch</c> with its threads for binary32 products of quantised values; the backend of bit-exact products; <c>reference</c>
/// where a unit has no vector path, and its products are computed one exact dot product at a time. Two of these where the passes differ.
/// </param>
public sealed record ExecutionUsed(string Conversions, string Products);
