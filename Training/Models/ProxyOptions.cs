namespace Mxact.Training.Models;

/// <summary>How first weights are drawn.</summary>
internal enum Initialisation
{
    /// <summary>U(+-1/sqrt(fan_in)).</summary>
    Uniform,

    /// <summary>Xavier normal with gain 0.5, biases 0.</summary>
    XavierNormal,
}

/// <summary>What the student learns.</summary>
internal enum TeacherKind
{
    /// <summary>As published: at a depth of 4 and more its signal lies far below the label noise.</summary>
    Published,

    /// <summary>Scaled to an output variance of 1, so that a run is about learning a function.</summary>
    Rescaled,
}

/// <summary>The residual student-teacher proxy (arXiv 2506.20752).</summary>
/// <param name="Depth">Residual blocks.</param>
/// <param name="Width">d.</param>
/// <param name="Batch">Rows of a batch.</param>
/// <param name="Seed">Of weights and data.</param>
internal sealed record ProxyOptions(int Depth, int Width, int Batch, ulong Seed)
{
    public Activation Activation { get; init; } = Activation.Gelu;

    public Initialisation Initialisation { get; init; } = Initialisation.Uniform;

    public TeacherKind Teacher { get; init; } = TeacherKind.Published;

    /// <summary>Whether blocks begin with a layer norm.</summary>
    public bool LayerNorm { get; init; } = true;

    /// <summary>What the gains of layer norms begin with.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>Whether each input row is taken its mean.</summary>
    public bool CentresInputs { get; init; }

    /// <summary>Standard deviation of the label noise.</summary>
    public double LabelNoise { get; init; } = 0.005;

    /// <summary>
    /// True quantises the teacher under the student's scheme and draws other label noise in every arm, as the published code does.
    /// </summary>
    public bool AsPublished { get; init; }
}
