namespace Mxact.Mutants.Sites;

/// <summary>What sort of change a mutant makes.</summary>
internal enum MutationKind
{
    /// <summary>A comparison moves by its boundary, or == and != change places.</summary>
    Comparison,

    /// <summary>An arithmetic, shift or bit operator becomes its neighbour.</summary>
    Arithmetic,

    /// <summary>&amp;&amp; and || change places.</summary>
    Logic,

    /// <summary>A condition is negated, or loses its negation.</summary>
    Negation,

    /// <summary>A constant number becomes one more; true and false change places.</summary>
    Constant,

    /// <summary>Min and Max, Any and All change places.</summary>
    Call,

    /// <summary>A statement is left out.</summary>
    Statement,

    /// <summary>An entry of <c>ByHand.csv</c>.</summary>
    ByHand,
}
