using System.Text.Json;
using System.Xml.Linq;

namespace Mxact.Conformance.Tests;

/// <summary>Every way to bring a kernel, each with a planted defect that must be caught.</summary>
public sealed class RunTests
{
    [Fact]
    public void The_builtin_reference_is_conformant_on_everything_committed()
    {
        (int code, string output, string error) = MxactProgram.Run("", "run", "builtin");
        Assert.Equal("", error);
        Assert.EndsWith(" passed, 0 failed, 0 declared variants, 0 unsupported, 0 crashed, hung or not asked\n", output,
            StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public void A_program_is_run_and_its_planted_defect_is_found_and_explained()
    {
        (int good, string output, _) = MxactProgram.Run("", "run", "--level", "smoke", "--", "dotnet", MxactProgram.Assembly, "serve");
        Assert.Equal(0, good);
        Assert.Contains("conformant: ", output, StringComparison.Ordinal);

        // Answers for ties to away where ties to even is asked: the program's own question is changed on its way in.
        (int bad, output, _) = MxactProgram.Run("", "run", "--level", "smoke", "--only", "encode+e5m2", "--", "sh", "-c",
            $"sed 's/rounding=ties-to-even/rounding=ties-to-away/' | {MxactProgram.Shell} serve");
        Assert.Equal(1, bad);
        Assert.Contains("failures are what rounding=ties-to-away", output, StringComparison.Ordinal);
        Assert.Contains("FAIL encode-e5m2-", output, StringComparison.Ordinal);
        Assert.Contains("on the midpoint", output, StringComparison.Ordinal);
        Assert.Contains("reproduce  echo 'encode e5m2 overflow=saturate rounding=ties-to-even ", output, StringComparison.Ordinal);
    }

    /// <summary>The reference takes the bits of the question and has none of its own: the same answer each time is no draw.</summary>
    [Fact]
    public void Random_bits_of_a_kernels_own_are_tested_where_it_says_that_it_has_them()
    {
        string[] ask = ["run", "builtin", "--level", "smoke", "--only", "encode+e2m1+stochastic"];
        Assert.Equal(0, MxactProgram.Run("", ask).ExitCode);
        (int code, string output, string error) = MxactProgram.Run("", [.. ask, "--own-random-bits"]);
        Assert.Equal((1, ""), (code, error));
        Assert.Contains("own random bits: 1 questions, 81920 draws", output, StringComparison.Ordinal);
        Assert.Contains("rounded up 0 of 20480 times", output, StringComparison.Ordinal);
    }

    /// <summary>One page that needs nothing else, and what comes from a kernel is no markup.</summary>
    [Fact]
    public void The_outcome_is_a_page_of_its_own()
    {
        string page = Path.Combine(Directory.CreateTempSubdirectory("mxact-html").FullName, "r.html");
        try
        {
            (int code, _, _) = MxactProgram.Run("", "run", "--only", "encode+e2m1", "--html", page, "--", "sh", "-c",
                $"sed 's/ties-to-even/toward-zero/' | {MxactProgram.Shell} serve # <script>alert(1)</script>");
            Assert.Equal(1, code);
            string html = File.ReadAllText(page);
            Assert.True(html.Length < 1_000_000);
            Assert.Contains("<h3>rounding=toward-zero", html, StringComparison.Ordinal);
            Assert.Contains("<svg", html, StringComparison.Ordinal);
            Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
            Assert.DoesNotContain("href=", html, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(page)!, recursive: true);
        }
    }

    [Fact]
    public void A_wrong_scale_rule_is_named()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "quantize+mxfp4+scale-rule=floor", "--", "sh", "-c",
            $"sed 's/scale-rule=floor/scale-rule=round-up/' | {MxactProgram.Shell} serve");
        Assert.Equal(1, code);
        Assert.Contains("failures are what scale-rule=round-up", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_profile_is_asked_for_and_held_to()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "quantize+mxfp8-e4m3", "--profile", "transformer-engine", "--",
            "dotnet", MxactProgram.Assembly, "serve");
        Assert.Equal(0, code);
        Assert.Contains("held to profile=transformer-engine", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 declared variants", output, StringComparison.Ordinal);

        // A kernel that declares it and does ocp's instead is not conformant.
        (code, _, _) = MxactProgram.Run("", "run", "--only", "quantize+mxfp8-e4m3", "--profile", "transformer-engine", "--", "sh", "-c",
            $"sed 's/profile=transformer-engine//' | {MxactProgram.Shell} serve");
        Assert.Equal(1, code);
    }

    [Fact]
    public void A_crash_costs_its_own_request_and_is_reported()
    {
        // The program ends when it meets one input; everything else is answered.
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode", "--", "sh", "-c",
            $"sed '/^decode e4m3 7e$/Q' | {MxactProgram.Shell} serve");
        Assert.Equal(3, code);
        Assert.Contains("CRASHED decode-", output, StringComparison.Ordinal);
        Assert.Contains("request    decode e4m3 7e", output, StringComparison.Ordinal);
        Assert.Contains(" 0 failed, 0 declared variants, 0 unsupported, 1 crashed, hung or not asked", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hang_is_cut_at_the_time_limit_and_the_rest_goes_on()
    {
        string script = "while read -r line; do case \"$line\" in *' 05') sleep 600;; esac; echo \"$line\"; done";
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode+e2m1", "--time-limit", "3", "--", "sh", "-c",
            $"({script}) | {MxactProgram.Shell} serve");
        Assert.Equal(3, code);
        Assert.Contains("HUNG decode-", output, StringComparison.Ordinal);
        Assert.Contains("no answer within 3 s", output, StringComparison.Ordinal);
        Assert.Contains("15 passed, 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_talks_out_of_turn_breaks_the_protocol()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode+e2m1", "--", "sh", "-c",
            $"echo 'Hello, this is kernel 1.0'; {MxactProgram.Shell} serve");
        Assert.Equal(3, code);
        Assert.Contains("'Hello, this is kernel 1.0' is neither hexadecimal words nor 'unsupported'", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run /no/such/program", "/no/such/program: cannot be started: not found")]
    [InlineData("run no-such.json", "no-such.json: not found")]
    [InlineData("run builtin --level exhaustive", "--level is smoke, standard or deep")]
    [InlineData("run builtin --vectors /no/such/folder", "/no/such/folder/manifest.json: not found")]
    [InlineData("run builtin --time-limit 0", "--time-limit is")]
    [InlineData("run", "Required argument 'kernel' missing")]
    [InlineData("run builtin --json /no/such/folder/r.json", "there is no folder /no/such/folder")]
    [InlineData("run builtin --junit /", "/: is a folder")]
    [InlineData("run builtin --only nosuch", "no row is selected by --level standard --only nosuch")]
    [InlineData("run /tmp", "/tmp: is a folder, not a program")]
    [InlineData("verify /no/such/file", "/no/such/file: not found")]
    public void Bad_usage_is_one_line_and_exit_code_2(string command, string says)
    {
        (int code, _, string error) = MxactProgram.Run("", command.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_supported_is_reported_and_not_failed()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode", "--only", "encode+e2m1", "--level", "smoke", "--",
            "sh", "-c", "while read -r op rest; do echo unsupported; done");
        Assert.Equal(1, code);
        Assert.Contains("nothing answered: 0 passed, 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_computed_elsewhere_are_verified()
    {
        string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;
        try
        {
            string[] options = ["--level", "smoke", "--only", "encode+e4m3"];
            (_, string questions, _) = MxactProgram.Run("", ["requests", .. options]);
            (_, string answers, _) = MxactProgram.Run(questions, "serve");
            string file = Path.Combine(folder, "answers");
            File.WriteAllText(file, answers);
            Assert.Equal(0, MxactProgram.Run("", ["verify", file, .. options]).ExitCode);
            Assert.Equal(0, MxactProgram.Run(answers, ["verify", "-", .. options]).ExitCode);

            // One bit of one answer.
            string[] lines = answers.Split('\n');
            lines[100] = (Convert.ToInt32(lines[100], 16) ^ 1).ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
            File.WriteAllText(file, string.Join('\n', lines));
            (int code, string output, _) = MxactProgram.Run("", ["verify", file, .. options]);
            Assert.Equal(1, code);
            Assert.Contains(" 1 failed", output, StringComparison.Ordinal);

            // A truncated file: what is there is judged, and the line is named.
            File.WriteAllText(file, string.Join('\n', answers.Split('\n').Take(50)) + "\n");
            (code, output, string error) = MxactProgram.Run("", ["verify", file, .. options]);
            Assert.Equal(2, code);
            Assert.Contains("incomplete: 50 passed", output, StringComparison.Ordinal);
            Assert.Contains($"{file}:51: the file ends", error, StringComparison.Ordinal);

            File.WriteAllText(file, answers + "38\n");
            Assert.Contains("more answers than questions", MxactProgram.Run("", ["verify", file, .. options]).Error,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Reports_are_valid_json_and_xml()
    {
        string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;
        try
        {
            string json = Path.Combine(folder, "r.json");
            string xml = Path.Combine(folder, "r.xml");
            (int code, _, _) = MxactProgram.Run("", "run", "--only", "encode+e2m1", "--json", json, "--junit", xml, "--", "sh", "-c",
                $"sed 's/ties-to-even/toward-zero/' | {MxactProgram.Shell} serve");
            Assert.Equal(1, code);
            using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
            Assert.Equal(1, report.RootElement.GetProperty("exit_code").GetInt32());
            Assert.True(report.RootElement.GetProperty("counts").GetProperty("fail").GetInt32() > 0);
            Assert.StartsWith("rounding=toward-zero",
                report.RootElement.GetProperty("groups")[0].GetProperty("explanations")[0].GetProperty("choice").GetString(),
                StringComparison.Ordinal);
            Assert.All(report.RootElement.GetProperty("failures").EnumerateArray(), failure
                => Assert.StartsWith("rounding=toward-zero", failure.GetProperty("cause").GetString(), StringComparison.Ordinal));
            XElement suite = XDocument.Load(xml).Root!.Element("testsuite")!;
            Assert.Equal("1", suite.Attribute("failures")!.Value);
            Assert.Contains("FAIL encode-e2m1", suite.Element("testcase")!.Element("failure")!.Value, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>An answer of the right digits and the wrong length is wrong, also where any digits or any NaN may stand.</summary>
    [Fact]
    public void Answers_of_the_wrong_length_fail()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "quantize+mxfp4+nan-position", "--", "sh", "-c",
            "while read -r line; do echo 'ff 0'; done");
        Assert.Equal(1, code);
        Assert.Contains(": 0 passed", output, StringComparison.Ordinal);
        (code, output, _) = MxactProgram.Run("", "run", "--only", "dequantize+mxfp4+scale-ff", "--", "sh", "-c",
            "while read -r line; do echo 7fc00000; done");
        Assert.Equal(1, code);
        Assert.Contains(": 0 passed", output, StringComparison.Ordinal);
    }

    /// <summary>Choices under which some rows have no answer leave those rows out; the others are judged.</summary>
    [Theory]
    [InlineData("partial-block=error", "quantize+mxfp4")]
    [InlineData("rounding=stochastic:8", "encode+e2m1")]
    public void Declared_choices_that_a_row_cannot_meet_leave_it_out(string choice, string only)
    {
        (int code, string output, string error) = MxactProgram.Run("", "run", "builtin", "--level", "smoke", "--choice", choice, "--only",
            only);
        Assert.Equal("", error);
        Assert.Contains(" 0 failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 unsupported", output, StringComparison.Ordinal);
        Assert.InRange(code, 0, 1);
    }

    [Fact]
    public void A_report_does_not_replace_a_device_or_leave_a_part_behind()
    {
        string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;
        try
        {
            string link = Path.Combine(folder, "link.json");
            string target = Path.Combine(folder, "target.json");
            File.WriteAllText(target, "old");
            File.CreateSymbolicLink(link, target);
            Assert.Equal(0, MxactProgram.Run("", "run", "builtin", "--only", "decode+e2m1", "--json", link).ExitCode);
            Assert.StartsWith("{", File.ReadAllText(target), StringComparison.Ordinal);
            Assert.Equal(target, new FileInfo(link).LinkTarget);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
            Assert.Equal(0, MxactProgram.Run("", "run", "builtin", "--only", "decode+e2m1", "--json", "/dev/null").ExitCode);
            Assert.Equal(0, new FileInfo("/dev/null").Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_run_stops_at_the_failure_limit()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--max-failures", "3", "--only", "encode+e2m1", "--", "sh", "-c",
            $"sed 's/ties-to-even/toward-zero/' | {MxactProgram.Shell} serve");
        Assert.Equal(1, code);
        Assert.Contains("stopped early", output, StringComparison.Ordinal);
        Assert.Contains(" 3 failed", output, StringComparison.Ordinal);
    }
}
