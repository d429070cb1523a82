namespace Mxact.Tensors.Inspection;

/// <summary>How many elements of some codes are in each class of <see cref="ElementClasses"/>.</summary>
internal record struct ElementCounts
{
    /// <summary>All.</summary>
    public long Elements { get; set; }

    /// <summary>Those that are zero, of either sign.</summary>
    public long Zero { get; set; }

    /// <summary>Those that are subnormal.</summary>
    public long Subnormal { get; set; }

    /// <summary>Those from <see cref="ElementClasses.Lower"/> on, below <see cref="ElementClasses.Upper"/>.</summary>
    public long Lower { get; set; }

    /// <summary>Those from <see cref="ElementClasses.Upper"/> on, below the maximum.</summary>
    public long Upper { get; set; }

    /// <summary>Those of the largest magnitude; under INT8 -2 too.</summary>
    public long AtMax { get; set; }

    /// <summary>Infinities.</summary>
    public long Infinite { get; set; }

    /// <summary>NaN.</summary>
    public long NaN { get; set; }

    /// <summary>Those that are not zero.</summary>
    public readonly long NonZero => Elements - Zero;

    /// <summary>Both together.</summary>
    public static ElementCounts operator +(ElementCounts a, ElementCounts b) => new()
    {
        Elements = a.Elements + b.Elements,
        Zero = a.Zero + b.Zero,
        Subnormal = a.Subnormal + b.Subnormal,
        Lower = a.Lower + b.Lower,
        Upper = a.Upper + b.Upper,
        AtMax = a.AtMax + b.AtMax,
        Infinite = a.Infinite + b.Infinite,
        NaN = a.NaN + b.NaN,
    };

    /// <summary>Counts one.</summary>
    public void Add(byte magnitude, ElementClasses classes)
    {
        Elements++;
        Zero += magnitude == 0 ? 1 : 0;
        Subnormal += magnitude > 0 && magnitude < classes.FirstNormal ? 1 : 0;
        Lower += magnitude >= classes.Lower && magnitude < classes.Upper ? 1 : 0;
        Upper += magnitude >= classes.Upper && magnitude < classes.Max ? 1 : 0;
        AtMax += magnitude == classes.Max ? 1 : 0;
        Infinite += classes.IsInfinity(magnitude) ? 1 : 0;
        NaN += magnitude > classes.Max && !classes.IsInfinity(magnitude) ? 1 : 0;
    }
}
