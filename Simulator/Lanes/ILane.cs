namespace Mxact.Simulator.Lanes;

/// <summary>
/// The few integer operations from which every kernel is built: 32-bit words side by side, one or many. A kernel written against
/// it runs unchanged on the scalar, 256-bit, 512-bit and GPU forms, and gives the same bits on each because nothing here rounds.
/// </summary>
/// <typeparam name="TSelf">The lane type itself.</typeparam>
internal interface ILane<TSelf>
    where TSelf : unmanaged, ILane<TSelf>
{
    /// <summary>The same word everywhere.</summary>
    static abstract TSelf Splat(uint value);

    /// <summary>The sum modulo 2^32.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>The difference modulo 2^32.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>
    /// Shifts left by a count from -63 to 63; one of 32 or more, or a negative one, gives zero. Machines disagree here, so the lane
    /// decides.
    /// </summary>
    static abstract TSelf ShiftLeft(TSelf value, TSelf count);

    /// <summary>Shifts right without sign, counts as above.</summary>
    static abstract TSelf ShiftRight(TSelf value, TSelf count);

    /// <summary>The lesser as signed integers.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The greater as signed integers.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>All ones where left is greater as a signed integer, else zero.</summary>
    static abstract TSelf Greater(TSelf left, TSelf right);

    /// <summary>Where the mask is all ones the first, where it is zero the second.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whereSet, TSelf whereClear);

    /// <summary>Leading zeros of a word below 2^24; 32 for zero.</summary>
    static abstract TSelf LeadingZeroCount(TSelf value);

    /// <summary>Words side by side; divides every block size.</summary>
    static abstract int Count { get; }

    /// <summary>The greatest word as a signed integer.</summary>
    static abstract uint MaxAcross(TSelf value);
}
