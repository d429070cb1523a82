using System.Text;
using Mxact.Faults.Fuzzing;

namespace Mxact.Faults.Tests;

/// <summary>Every reader under a hundred and fifty inputs that are nearly right; the long run is <c>tests/Faults</c>.</summary>
public sealed class ReaderTests
{
    private const int Inputs = 150;
    private const ulong Seed = 11;

    public static TheoryData<string> Names() => [.. Readers.All.Select(reader => reader.Name)];

    /// <summary>A seed that its reader refuses would be a wall in front of everything behind it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_is_taken(string name)
    {
        Reader reader = Readers.Named(name);
        WithTrial(reader, trial =>
        {
            Assert.All(reader.Seeds, seed => Assert.Null(trial.Read(seed)));
            Assert.True(trial.Accepted > 0, "no seed is taken");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reader_takes_or_refuses_what_is_nearly_right(string name)
    {
        Reader reader = Readers.Named(name);
        WithTrial(reader, trial =>
        {
            for (int i = 0; i < Inputs; i++)
            {
                Finding? finding = trial.Read(Mutator.Make(reader, Seed, i));
                Assert.True(finding is null, $"input {i} of seed {Seed}: {finding}");
            }
        });
    }

    /// <summary>The judge itself: a crash, a hang and a glutton are found, and nothing else is.</summary>
    [Fact]
    public void What_a_reader_must_not_do_is_found()
    {
        Assert.Equal(Fault.Crash, Of(_ => throw new InvalidOperationException("x"))?.Fault);
        Assert.Equal(Fault.Slow, Of(_ => Thread.Sleep(Trial.Limit * 1.1))?.Fault);
        Assert.Equal(Fault.Memory, Of(_ => GC.KeepAlive(new byte[Trial.Allowance + 8]))?.Fault);
        Assert.Null(Of(_ => throw new FormatException()));
        Assert.Null(Of(_ => { }));

        static Finding? Of(Action<Input> read)
        {
            Finding? finding = null;
            WithTrial(new("x", "", [], read, [typeof(FormatException)]), trial => finding = trial.Read([1, 2, 3]));
            return finding;
        }
    }

    /// <summary>What is made and dropped again, row after row, is no memory that a reader needs.</summary>
    [Fact]
    public void What_is_dropped_again_is_not_held()
    {
        Reader recordings = Readers.Named("recordings");
        string[] seed = Encoding.UTF8.GetString(recordings.Seeds[0]).TrimEnd().Split('\n');
        IEnumerable<string> rows = Enumerable.Repeat(seed[1..], 20_000).SelectMany(row => row);
        byte[] input = Encoding.UTF8.GetBytes(string.Join('\n', [seed[0], .. rows]));
        WithTrial(recordings, trial =>
        {
            Assert.Null(trial.Read(input));
            Assert.True(trial.MostBytes > (2 * input.LongLength) + Trial.Allowance, $"{trial.MostBytes} bytes are no test");
        });
    }

    /// <summary>An input is made again from its number alone, and every one is another.</summary>
    [Fact]
    public void An_input_follows_from_seed_reader_and_number()
    {
        Reader reader = Readers.Named("plan");
        Assert.Equal(Mutator.Make(reader, 1, 7), Mutator.Make(reader, 1, 7));
        Assert.NotEqual(Mutator.Make(reader, 1, 7), Mutator.Make(reader, 2, 7));
        Assert.NotEqual(Mutator.Make(reader, 1, 7), Mutator.Make(reader, 1, 8));
    }

    private static void WithTrial(Reader reader, Action<Trial> act)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxact-faults-");
        try
        {
            act(new(reader, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
