using System.Diagnostics;

namespace Mxact.Conformance.Tests;

/// <summary>A shared library written in C, with a manifest: right, wrong, crashing, writing out of bounds.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;

    /// <summary>E2M1 from binary32 in C, ties to even, saturating, NaN to +6; and MXFP4 in separate arrays under the floor rule.</summary>
    private const string Source = """
        #include <stdint.h>
        #include <string.h>
        #ifdef TRAP
        #define ON_NAN(x) (*(volatile int *)0 = 1, 0)
        #else
        #define ON_NAN(x) 7
        #endif
        static uint8_t encode(float f) {
            uint32_t b; memcpy(&b, &f, 4);
            uint8_t s = (b >> 31) << 3; b &= 0x7fffffff;
            if (b > 0x7f800000) return ON_NAN(b);
            float a; memcpy(&a, &b, 4);
            static const float mid[] = { 0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5.0f };
            uint8_t c = 0;
            for (int i = 0; i < 7; i++) if (a > mid[i] || (a == mid[i] && TIE(i))) c = i + 1;
            return s | c;
        }
        uint8_t e2m1(float f) { return encode(f); }
        void e2m1_many(const float *f, uint8_t *c, int64_t n) { for (int64_t i = 0; i < n + EXTRA; i++) c[i] = i < n ? encode(f[i]) : 0; }
        void de_mxfp4(void) { } /* a linker stores mxfp4 as the end of this name */
        void mxfp4(const float *f, uint8_t *scale, uint8_t *codes, int64_t n) {
            uint32_t amax = 0; int special = 0;
            for (int64_t i = 0; i < n; i++) {
                uint32_t b;
                memcpy(&b, f + i, 4);
                b &= 0x7fffffff;
                if (b >= 0x7f800000) special = 1;
                if (b > amax) amax = b;
            }
            int e = (int)(amax >> 23) - 2; if (e < 0) e = 0;
            *scale = special ? 0xff : e;
            for (int64_t i = 0; i < n; i++) codes[i] = special ? 0 : encode((float)((double)f[i] / __builtin_ldexp(1.0, e - 127)));
        }
        """;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Manifest(string defines, string signature = "u8 f(f32)", string symbol = "e2m1")
    {
        File.WriteAllText(Path.Combine(folder, "kernel.c"), Source);
        string library = Path.Combine(folder, "kernel.so");
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc",
                ["-O1", "-shared", "-fPIC", .. defines.Split(' '), "-o", library,
                Path.Combine(folder, "kernel.c")])
            { RedirectStandardError = true })!;
            string errors = compiler.StandardError.ReadToEnd();
            Assert.True(compiler.WaitForExit(60_000) && compiler.ExitCode == 0, errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("NOT CHECKED: shared libraries as kernels; there is no C compiler 'cc' here");
        }

        string manifest = Path.Combine(folder, "kernel.json");
        File.WriteAllText(manifest, $$"""
            {
              "name": "a kernel in C",
              "library": "kernel.so",
              "functions": [
                { "symbol": "{{symbol}}", "operation": "encode", "format": "e2m1", "signature": "{{signature}}" },
                { "symbol": "mxfp4", "operation": "quantize", "format": "mxfp4",
                  "signature": "void f(const f32*, u8* scales, u8* codes, i64)" }
              ]
            }
            """);
        return manifest;
    }

    private const string Even = "-DTIE(i)=(i&1) -DEXTRA=0";

    [Fact]
    public void A_right_library_passes()
    {
        (int code, string output, string error) = MxactProgram.Run("", "run", Manifest(Even), "--only", "e2m1", "--only", "quantize+mxfp4");
        Assert.Equal("", error);
        Assert.Contains("kernel a kernel in C, held to profile=ocp", output, StringComparison.Ordinal);
        Assert.Contains(" 0 failed", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Equal(0,
            MxactProgram.Run("", "run", Manifest(Even, "void f(const f32*, u8*, i64)", "e2m1_many"), "--only", "e2m1").ExitCode);
    }

    [Fact]
    public void Ties_away_from_zero_are_found_and_named()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", Manifest("-DTIE(i)=1 -DEXTRA=0"), "--only", "e2m1", "--only",
            "quantize+mxfp4");
        Assert.Equal(1, code);
        Assert.Contains("failures are what rounding=ties-to-away", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_in_the_library_costs_its_own_requests()
    {
        (int code, string output, _) = MxactProgram.Run("", "run", Manifest(Even + " -DTRAP"), "--level", "smoke", "--only", "encode+e2m1");
        Assert.Equal(3, code);
        Assert.Contains("CRASHED encode-e2m1-", output, StringComparison.Ordinal);
        Assert.Contains("by signal 11", output, StringComparison.Ordinal);
        Assert.Contains(" 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_past_the_output_is_found()
    {
        (int code, string output, _) = MxactProgram.Run("", "run",
            Manifest("-DTIE(i)=(i&1) -DEXTRA=1", "void f(const f32*, u8*, i64)", "e2m1_many"), "--level", "smoke", "--only", "encode+e2m1");
        Assert.Equal(3, code);
        Assert.Contains("wrote outside its output of 1 bytes", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "kernel.json: ")]
    [InlineData("{}", "'library' and 'functions' are needed")]
    [InlineData(
        """{"library":"x.so","functions":[{"symbol":"f","operation":"encode","format":"e2m1","signature":"int f()"}]}""",
        "no signature 'int f()'")]
    [InlineData(
        """{"library":"x.so","functions":[{"symbol":"f","operation":"encode","format":"e2m1","signature":"u8 f(f32)"}]"""
        + ""","declared":["profile=nobody"]}""",
        "unknown profile 'nobody'")]
    [InlineData(
        """{"library":"x.so","functions":[{"symbol":"f","operation":"quantize","format":"mxfp4","""
        + """ "signature":"void f(const f32*, block*, i64)"}]}""",
        "'layout' is gguf-mxfp4 or gguf-nvfp4")]
    [InlineData(
        """{"library":"x.so","functions":[{"symbol":"f","operation":"encode","format":"e2m1","signature":"u8 f(f32)"}]"""
        + ""","declared":["bad"]}""",
        "'bad' is not key=value")]
    [InlineData("""{"library":"x.so","colour":1,"functions":[]}""", "colour")]
    public void A_bad_manifest_is_one_line(string json, string says)
    {
        string manifest = Path.Combine(folder, "kernel.json");
        File.WriteAllText(manifest, json);
        (int code, _, string error) = MxactProgram.Run("", "run", manifest);
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void A_missing_library_or_symbol_is_found_before_anything_is_asked()
    {
        string manifest = Path.Combine(folder, "kernel.json");
        File.WriteAllText(manifest,
            """{"library":"none.so","functions":[{"symbol":"f","operation":"encode","format":"e2m1","signature":"u8 f(f32)"}]}""");
        (int code, _, string error) = MxactProgram.Run("", "run", manifest);
        Assert.Equal(2, code);
        Assert.Contains("none.so: not found", error, StringComparison.Ordinal);
        (code, _, error) = MxactProgram.Run("", "run", Manifest(Even, symbol: "missing"));
        Assert.Equal(2, code);
        Assert.Contains("no symbol 'missing'", error, StringComparison.Ordinal);
    }
}
