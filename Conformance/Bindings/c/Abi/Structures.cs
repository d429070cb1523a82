using System.Runtime.InteropServices;

namespace Mxact.Native.Abi;

// The structures of mxact.h, member by member: their order and types are the interface. tests/test.c sees each used.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Elements
{
    public uint Size;
    public int Threads;
    public byte* Format;
    public byte* Choices;
    public byte* From;
    public byte* Backend;
    public uint* Random;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Blocks
{
    public uint Size;
    public int Axis;
    public byte* Format;
    public byte* Choices;
    public byte* From;
    public byte* Backend;
    public long Rows;
    public long Columns;
    public float TensorScale;
    public int Threads;
    public int Packed;
    public int Seeded;
    public ulong Seed;
    public uint* Random;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Product
{
    public uint Size;
    public int Threads;
    public byte* Unit;
    public byte* AFormat;
    public byte* BFormat;
    public byte* Output;
    public byte* Backend;
    public long M;
    public long N;
    public long K;
    public void* ACodes;
    public void* BCodes;
    public byte* AScales;
    public byte* BScales;
    public float ATensorScale;
    public float BTensorScale;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Row
{
    public uint Size;
    public uint Reserved;
    public byte* Id;
    public byte* Request;
    public byte* Answer;
    public byte* Flags;
    public byte* Clause;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Group
{
    public uint Size;
    public uint Count;
    public byte* Operation;
    public byte* Format;
    public byte* Choices;
    public byte* From;
    public uint Length;
    public uint ScaleLength;
    public float TensorScale;
    public uint MessageSize;
    public byte* Message;
    public void* Values;
    public uint* Random;
    public void* Codes;
    public byte* Scales;
    public void* OtherCodes;
    public byte* OtherScales;
    public void* Addends;
    public byte* ScalesOut;
    public void* CodesOut;
    public void* ValuesOut;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Test
{
    public uint Size;
    public int Json;
    public byte* Name;
    public byte* Declared;
    public byte* Level;
    public byte* Only;
    public byte* Vectors;
    public delegate* unmanaged<void*, Group*, int> Kernel;
    public delegate* unmanaged<void*, byte*, byte*, nuint, int> LineKernel;
    public void* User;
    public int OwnRandomBits;
    public int Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Tensor
{
    public uint Size;
    public int Quantized;
    public byte* Name;
    public byte* Layout;
    public byte* Format;
    public int Axis;
    public uint Dimensions;
    public long* Shape;
    public long Elements;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Conversion
{
    public uint Size;
    public int Axis;
    public byte* Input;
    public byte* Output;
    public byte* Format;
    public byte* Choices;
    public byte* ToLayout;
    public byte* To;
    public byte* TensorScale;
    public byte* Layout;
    public int Threads;
    public int KeepNan;
    public int Seeded;
    public int Reserved;
    public ulong Seed;
}
