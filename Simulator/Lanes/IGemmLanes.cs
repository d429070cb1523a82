namespace Mxact.Simulator.Lanes;

/// <summary>
/// The vector operations a product kernel is written in, so that one kernel serves every width. <typeparamref name="TF"/> is
/// a vector of binary32, <typeparamref name="TI"/> one of as many int32; every member is one or a few instructions.
/// </summary>
internal unsafe interface IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    static abstract TF Load(float* from);

    static abstract TI Load(int* from);

    static abstract void Store(TF value, float* to);

    static abstract void Store(TI value, int* to);

    /// <summary>Codes of 1, 2 or 4 bytes, zero-extended.</summary>
    static abstract TI LoadCodes(byte* from, int codeBytes);

    static abstract TF Broadcast(float value);

    static abstract TI Broadcast(int value);

    static abstract TF AsFloat(TI bits);

    static abstract TI AsInt(TF value);

    static abstract TF Multiply(TF x, TF y);

    /// <summary>x y + z, rounded once; x y is exact, so that a machine may round it.</summary>
    static abstract TF MultiplyAdd(TF x, TF y, TF z);

    /// <summary>
    /// x + y rounded toward zero, for a result that is zero or normal and a sum of at most 53 bits: without embedded rounding it
    /// goes through binary64.
    /// </summary>
    static abstract TF AddTowardZero(TF x, TF y);

    /// <summary>sums += x in binary64.</summary>
    static abstract void AddWide(TF x, double* sums);

    /// <summary>Binary64 to binary32 toward zero, for results that are zero or normal.</summary>
    static abstract TF NarrowTowardZero(double* from);

    /// <summary>To int32 toward zero.</summary>
    static abstract TI ConvertTruncate(TF value);

    /// <summary>To int32 toward minus infinity.</summary>
    static abstract TI ConvertFloor(TF value);

    /// <summary>To binary32, nearest even.</summary>
    static abstract TF Convert(TI value);

    /// <summary>To binary32 toward zero, for magnitudes below 2^31.</summary>
    static abstract TF ConvertTowardZero(TI value);

    /// <summary>x + y + z without overflow, to binary32 toward zero.</summary>
    static abstract TF SumTowardZero(TI x, TI y, TI z);

    /// <summary>One FDPA finish of CDNA3 in binary64: floor, floor, add, floor, nearest even.</summary>
    static abstract TF Cdna3Finish(TI dot, TI dotExponent, TF c, int fractionBits, int sumFractionBits);

    static abstract TI Add(TI x, TI y);

    static abstract TI Subtract(TI x, TI y);

    static abstract TI And(TI x, TI y);

    static abstract TI Or(TI x, TI y);

    /// <summary>x where the mask is clear.</summary>
    static abstract TI AndNot(TI x, TI mask);

    static abstract TI Max(TI x, TI y);

    static abstract TI Min(TI x, TI y);

    static abstract TI ShiftLeft(TI value, int count);

    static abstract TI ShiftRight(TI value, int count);

    /// <summary>A shift by a count a lane; counts of 32 and more leave zero.</summary>
    static abstract TI ShiftLeft(TI value, TI count);

    /// <summary>A logical shift by a count a lane; counts of 32 and more leave zero.</summary>
    static abstract TI ShiftRight(TI value, TI count);

    /// <summary>An arithmetic shift by a count a lane; counts of 31 and more leave the sign.</summary>
    static abstract TI ShiftRightFloor(TI value, TI count);

    /// <summary>All ones where x is greater, as signed integers.</summary>
    static abstract TI Greater(TI x, TI y);

    /// <summary>All ones where both are equal.</summary>
    static abstract TI Equal(TI x, TI y);

    static abstract bool AnySet(TI value);

    static abstract TI AddBytes(TI x, TI y);

    static abstract TI MaxBytes(TI x, TI y);

    /// <summary>Unsigned bytes of x times signed bytes of y, pairs added to int16.</summary>
    static abstract TI MultiplyAddBytes(TI x, TI y);

    static abstract TI AddShorts(TI x, TI y);

    /// <summary>Int16 products, pairs added to int32.</summary>
    static abstract TI MultiplyAddShorts(TI x, TI y);

    static abstract TI SubtractShorts(TI x, TI y);

    /// <summary>Sixteen bytes in every 128 bits.</summary>
    static abstract TI BroadcastTable(ReadOnlySpan<byte> table);

    /// <summary>The table's byte for every byte of indices below 16.</summary>
    static abstract TI LookUpBytes(TI table, TI indices);
}
