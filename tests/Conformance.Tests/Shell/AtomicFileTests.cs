using System.Diagnostics;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.Shell;

/// <summary>
/// The one way in which a file is written: whole, by one at a time, under no other name than its own, and only where it may be.
/// </summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Two that would meet: the second is told who is first, and the first is whole.</summary>
    [Fact]
    public void The_second_writer_is_refused_with_the_process_of_the_first()
    {
        string path = At("report");
        using (AtomicFile first = AtomicFile.Create(path))
        {
            first.Stream.Write("first"u8);
            UsageException refused = Assert.Throws<UsageException>(() => AtomicFile.Create(path));
            Assert.Equal($"{path}: process {Environment.ProcessId} is writing it", refused.Message);
            first.Commit();
        }

        AtomicFile.Write(path, "second"u8);
        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    /// <summary>Short files wait for each other: every one of many is whole, and the last stays.</summary>
    [Fact]
    public void Many_short_writers_leave_one_whole_file()
    {
        string path = At("report");
        Parallel.For(0, 32, i => AtomicFile.Write(path, new byte[1000 + i].AsSpan()));
        Assert.InRange(new FileInfo(path).Length, 1000, 1031);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    /// <summary>A killed writer leaves its part and its lock file behind, and neither stands in the way.</summary>
    [Fact]
    public void What_a_killed_writer_left_is_removed()
    {
        string path = At("report");
        string others = folder.Write("report.partial", "a user's own");
        string alike = folder.Write("other.4711-0123abcd.partial", "of another file");
        folder.Write("report.4711-0123abcd.partial", "half");
        folder.Write(".report.lock", "");
        AtomicFile.Write(path, "whole"u8);
        Assert.Equal(new[] { alike, path, others }.Order(), Directory.GetFiles(folder.Path).Order());
    }

    /// <summary>What stands at a temporary name is neither followed nor written.</summary>
    [Fact]
    public void No_link_is_followed_beside_the_target()
    {
        string victim = folder.Write("victim", "precious");
        foreach (string name in (string[])["report.partial", ".report.lock"])
        {
            File.CreateSymbolicLink(At(name), victim);
        }

        UsageException refused = Assert.Throws<UsageException>(() => AtomicFile.Create(At("report")));
        Assert.Contains(".report.lock: is a link", refused.Message, StringComparison.Ordinal);
        File.Delete(At(".report.lock"));
        AtomicFile.Write(At("report"), "new"u8);
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Equal(victim, new FileInfo(At("report.partial")).LinkTarget);
    }

    [Fact]
    public void The_mode_of_the_file_stays_from_the_first_byte_on()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("modes of Unix");
            return;
        }

        string path = folder.Write("report", "secret");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using AtomicFile file = AtomicFile.Create(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Stream.Name));
        file.Complete("new"u8);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    /// <summary>Also when the disk is so full that what is buffered cannot be written any more.</summary>
    [Fact]
    public void Nothing_is_left_of_what_is_not_finished()
    {
        using (AtomicFile file = AtomicFile.Create(At("report")))
        {
            file.Stream.Write("half"u8);
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
        AtomicFile abandoned = AtomicFile.Create(At("report"));
        abandoned.Stream.Write("half"u8);
        AtomicFile.AbandonAll();
        Assert.Empty(Directory.GetFiles(folder.Path));
        abandoned.Dispose();
    }

    [Fact]
    public void A_target_that_cannot_be_written_is_refused_before_the_work()
    {
        Makefifo("pipe");
        string file = folder.Write("file", "");
        Refused("", "the path of an output is empty");
        Refused(folder.Path, "is a folder");
        Refused(At("no/such"), "there is no folder");
        Refused(At("new/"), "there is no folder");
        Refused(At("pipe"), "is a pipe");
        Refused(Path.Combine(file, "inside"), "there is no folder");
        Assert.Throws<UsageException>(() => AtomicFile.Check("/dev/null", isSeekable: true));
        AtomicFile.Check("/dev/null");
        AtomicFile.Check(file);
        AtomicFile.Check(At("new"));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    /// <summary>By whatever name: another path, a link, a hard link, a linked folder.</summary>
    [Fact]
    public void An_output_that_is_an_input_is_refused_by_identity()
    {
        string input = folder.Write("input", "content");
        string copy = folder.Write("copy", "content");
        File.CreateSymbolicLink(At("link"), input);
        Directory.CreateSymbolicLink(At("folder"), folder.Path);
        using (Process ln = Process.Start("ln", [input, At("hard")]))
        {
            ln.WaitForExit();
        }

        foreach (string name in (string[])[input, At("./input"), At("link"), At("folder/input"), At("folder/folder/link"), At("hard")])
        {
            Assert.Contains("is the input itself", Assert.Throws<UsageException>(() => AtomicFile.RefuseInput(name, input)).Message,
                StringComparison.Ordinal);
        }

        AtomicFile.RefuseInput(copy, input);
        AtomicFile.RefuseInput(At("new"), input, At("new"));
        UsageException twice = Assert.Throws<UsageException>(() => OutputFiles.Begin([input], At("a"), null, At("folder/a")));
        Assert.Contains("is the file of another output", twice.Message, StringComparison.Ordinal);
        using OutputFiles devices = OutputFiles.Begin([], "/dev/null", "/dev/null");
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    /// <summary>A link into a linked folder leads where the system says, not where its text seems to.</summary>
    [Fact]
    public void Links_are_followed_as_the_system_follows_them()
    {
        Directory.CreateDirectory(At("x/y"));
        Directory.CreateSymbolicLink(At("a"), At("x/y"));
        File.CreateSymbolicLink(At("x/y/link"), "../target");
        AtomicFile.Write(At("a/link"), "content"u8);
        Assert.Equal("content", File.ReadAllText(At("x/target")));
        AtomicFile.Write(At("a/../plain"), "content"u8);
        Assert.True(File.Exists(At("x/plain")));
        File.CreateSymbolicLink(At("loop"), At("loop"));
        Assert.Throws<UsageException>(() => AtomicFile.Create(At("loop")));
    }

    /// <summary>The name beside it is shortened where a name may have no more letters.</summary>
    [Fact]
    public void A_long_name_can_be_written()
    {
        string path = At(new string('n', 250));
        AtomicFile.Write(path, "content"u8);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    private string At(string name) => Path.Combine(folder.Path, name);

    private void Makefifo(string name)
    {
        using Process process = Process.Start("mkfifo", [At(name)]);
        process.WaitForExit();
    }

    private static void Refused(string path, string says)
        => Assert.Contains(says, Assert.Throws<UsageException>(() => AtomicFile.Check(path)).Message, StringComparison.Ordinal);
}
