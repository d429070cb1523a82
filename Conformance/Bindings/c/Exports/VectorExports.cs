using System.Runtime.InteropServices;
using Mxact.Conformance.Checks;
using Mxact.Native.Abi;
using Mxact.Vectors;

namespace Mxact.Native.Exports;

/// <summary>The golden vectors, row by row.</summary>
internal static unsafe class VectorExports
{
    [UnmanagedCallersOnly(EntryPoint = "mxact_vectors_open")]
    public static int Open(byte* folder, byte* level, byte* only, void** vectors) => Call.Of(() =>
    {
        if (vectors is null)
        {
            throw new ArgumentException("vectors is null");
        }

        Selection selection = new(LevelOf(level), Given.Words(only), []);
        *vectors = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(new Iterator(selection.Rows(Golden(folder)))));
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_vectors_next")]
    public static int Next(void* vectors, Row* row) => Call.Of(() =>
    {
        if (vectors is null)
        {
            throw new ArgumentException("vectors is null");
        }

        return ((Iterator)GCHandle.FromIntPtr((nint)vectors).Target!).Next(Given.Written(row, "row"));
    });

    [UnmanagedCallersOnly(EntryPoint = "mxact_vectors_close")]
    public static void Close(void* vectors)
    {
        if (vectors is not null)
        {
            GCHandle handle = GCHandle.FromIntPtr((nint)vectors);
            ((Iterator)handle.Target!).Dispose();
            handle.Free();
        }
    }

    /// <summary>The golden set of a folder, or of its usual place.</summary>
    public static GoldenSet Golden(byte* folder) => GoldenSet.Open(Given.TextOrNull(folder) ?? GoldenSet.DefaultFolder());

    /// <summary>A level; standard of null.</summary>
    public static Level LevelOf(byte* name)
    {
        string text = Given.TextOrNull(name) ?? Names.Of(Level.Standard);
        return Enum.GetValues<Level>().Where(level => Names.Of(level) == text).Cast<Level?>().FirstOrDefault()
            ?? throw new ArgumentException($"a level is smoke, standard or deep, not '{Question.Shown(text)}'");
    }

    /// <summary>Rows one after the other; the texts of the last are kept until the next.</summary>
    private sealed class Iterator(IEnumerable<TestVector> rows) : IDisposable
    {
        private readonly IEnumerator<TestVector> all = rows.GetEnumerator();
        private readonly List<nint> texts = [];

        public Status Next(Row* row)
        {
            Release();
            if (!all.MoveNext())
            {
                return Status.End;
            }

            TestVector current = all.Current;
            row->Id = Keep(current.Id);
            row->Request = Keep(current.Request);
            row->Answer = Keep(current.Expected);
            row->Flags = Keep(current.Flags);
            row->Clause = Keep(current.Clause);
            return Status.Ok;
        }

        public void Dispose()
        {
            Release();
            all.Dispose();
        }

        private byte* Keep(string text)
        {
            byte* kept = NativeText.Terminated(text);
            texts.Add((nint)kept);
            return kept;
        }

        private void Release()
        {
            texts.ForEach(text => NativeText.Free((byte*)text));
            texts.Clear();
        }
    }
}
