using Mxact.Common;
using Mxact.Vectors.Generators;

namespace Mxact.Vectors.Tests;

/// <summary>
/// What is added renames nothing: a scale rule, rounding modes, a latitude's choice, an element format with its blocks, an instruction
/// and a model stand before everything else in the catalogue, and every committed row is still generated with its id, request and answer. A
/// profile needs no addition here: it is a set of choices, and no row is asked under one (<see cref="RowIdTests"/>).
/// </summary>
public sealed class AdditionTests
{
    private static readonly string Folder = Repository.At("Vectors", "golden", "v1");

    private static readonly ElementFormat E3M4 = ElementFormat.TryParse("e3m4", out ElementFormat? format) ? format
        : throw new InvalidOperationException();

    private static readonly Catalogue Larger = Catalogue.Default with
    {
        Elements = Catalogue.Default.Elements.Insert(0, E3M4),
        Blocks = Catalogue.Default.Blocks.Insert(0, MxFormats.Of(E3M4)),
        ScaleRules = Catalogue.Default.ScaleRules.Insert(0, ScaleRule.Threshold(0xA6_6666)),
        StochasticRoundings = Catalogue.Default.StochasticRoundings.Insert(0, RoundingMode.Stochastic(5)),
        Instructions = Catalogue.Default.Instructions.Insert(0, Instructions.Parse("cvt.rzi.s16.bf16")),
        Models = Catalogue.Default.Models.Insert(0, MatrixUnits.Parse("t-fdpa:L=16,F=20,rho=rz-fp32,ezero=-133")),

        // A choice of nan-code that answers otherwise almost everywhere: nan-code then matters to almost every row.
        OpenChoices = Catalogue.Default.OpenChoices.Insert(0,
            new("nan-code=quiet-signed", policy => policy.Rounding.IsStochastic ? policy
            : policy with { Rounding = RoundingMode.TowardZero })),
    };

    public static TheoryData<string> Files() => [.. GoldenFiles.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Additions_leave_every_committed_row_as_it_is(string name)
    {
        GoldenChanges changes = Changes(name, GoldenFiles.Generate(name, Larger));
        Assert.Empty(changes.Broken);
        Assert.Equal(name is not ("dot" or "pack" or "encode-e8m0") && !name.StartsWith("dequantize", StringComparison.Ordinal)
            && !IsExtension(name), !changes.Added.IsEmpty);

        // The added choice rounds otherwise, which shows wherever values are rounded; the E8M0 cast has latitudes of its own.
        bool rounds = name.StartsWith("quantize", StringComparison.Ordinal) || name.StartsWith("encode", StringComparison.Ordinal);
        Assert.Equal(rounds && name != "encode-e8m0", changes.Redescribed > 0);
    }

    /// <summary>
    /// A mode without random bits cannot be added to a closed type, so one that is there is taken away: the set with it only adds to the
    /// set without.
    /// </summary>
    [Theory]
    [InlineData("encode-e2m1")]
    [InlineData("encode-e8m0")]
    [InlineData("quantize-mxfp4")]
    [InlineData("quantize-nvfp4")]
    public void A_rounding_mode_and_a_scale_rule_more_only_add(string name)
    {
        Catalogue smaller = Catalogue.Default with
        {
            Roundings = Catalogue.Default.Roundings.Remove(RoundingMode.TiesToAway),
            ScaleRules = Catalogue.Default.ScaleRules.Remove(ScaleRule.RoundLog2)
        };
        GoldenChanges changes = GoldenChanges.Find([(name, GoldenFiles.Generate(name, smaller))], [(name, GoldenFiles.Generate(name))]);
        Assert.Empty(changes.Broken);
        Assert.NotEmpty(changes.Added);
    }

    [Fact]
    public void New_formats_have_files_of_their_own()
    {
        string[] added = [.. GoldenFiles.NamesIn(Larger).Except(GoldenFiles.Names)];
        Assert.Equal(["encode-e3m4", "quantize-mx-e3m4", "dequantize-mx-e3m4"], added);
        HashSet<string> ids = [.. GoldenSet.Open(Folder).Rows().Select(row => row.Id)];
        Assert.All(added.SelectMany(name => GoldenFiles.Generate(name, Larger)), row => Assert.DoesNotContain(row.Id, ids));
    }

    [Fact]
    public void The_deep_level_too_only_grows()
    {
        foreach (BlockFormat format in MxFormats.All)
        {
            HashSet<Case> grown = [.. BlockCases.Random(format, Larger, 7, 20)];
            Assert.All(BlockCases.Random(format, Catalogue.Default, 7, 20), c => Assert.Contains(c, grown));
            Assert.Equal(format.Scale.Element is null ? 200 : 20, grown.Count);
        }
    }

    /// <summary>The comparison itself: a row that vanished, one whose answer changed, one with another flag, one more.</summary>
    [Fact]
    public void A_vanished_and_a_changed_row_are_found()
    {
        TestVector[] old = [.. GoldenFiles.Generate("pack").Take(4)];
        TestVector[] now = [old[1] with { Expected = "00" }, old[2] with { Flags = "nan" }, old[3], old[3] with { Id = "pack-new" }];
        GoldenChanges changes = GoldenChanges.Find([("pack", old)], [("pack", now)]);
        Assert.Equal([(old[0], null), (old[1], now[0])], changes.Broken);
        Assert.Equal(1, changes.Redescribed);
        Assert.Equal([("pack", 1)], changes.Added);
    }

    private static bool IsExtension(string name)
        => name.StartsWith("encode", StringComparison.Ordinal) && Catalogue.Default.Element(name[7..]).IsExtension;

    private static GoldenChanges Changes(string name, IReadOnlyList<TestVector> fresh)
        => GoldenChanges.Find([(name, VectorFile.Read(Path.Combine(Folder, name + ".csv")))], [(name, fresh)]);
}
