using System.Collections.Immutable;

namespace Mxact.Tensors.Layouts;

/// <summary>The scale of a whole NVFP4 tensor, binary32.</summary>
/// <param name="Part">Its name.</param>
/// <param name="IsDivisor">Whether value = code x scale / it, and not times it.</param>
/// <param name="Shape">Its shape where there is one for the whole tensor.</param>
internal sealed record TensorScaleForm(NamePart Part, bool IsDivisor, ImmutableArray<long> Shape);
