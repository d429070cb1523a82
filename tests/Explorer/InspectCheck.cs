using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Mxact.Explorer.Check;

/// <summary>Files dropped on the page, and what the command says of the same.</summary>
/// <param name="page">The page.</param>
/// <param name="command">The command.</param>
/// <param name="folder">An empty folder for the files.</param>
internal sealed class InspectCheck(ShownPage page, MxactCommand command, string folder)
{
    private const string Words = """
        () => JSON.stringify([[...document.querySelectorAll('.inspected tbody th, .inspected td, .closing')].map(one => one.textContent),
          [...document.querySelectorAll('main .refusal')].map(one => one.textContent)])
        """;

    private static readonly string[] Formats = ["mxfp8-e4m3", "mxfp8-e5m2", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8", "nvfp4"];

    private int dropped;

    /// <summary>Tensors by the hundred, some with bytes turned over, until there are so many.</summary>
    public async Task<int> Files(int tensors)
    {
        await page.Show(["inspect"]);
        Draw draw = new(4);
        const int Each = 25;
        int files = 0;
        for (int done = 0; done < tensors; done += Each, files++)
        {
            string format = Formats[files % Formats.Length];
            string plain = $"plain{files}.safetensors";
            string name = $"{format}-{files}.safetensors";
            WritePlain(Path.Combine(folder, plain), draw, Each);
            (int code, _, string error) = command.Run(folder, "convert", plain, name, "--format", format);
            if (code != 0)
            {
                throw new MismatchException($"mxact convert: {error.Trim()}");
            }

            if (files % 3 == 2)
            {
                Spoil(Path.Combine(folder, name), draw);
            }

            await Hold(name);
        }

        return files * Each;
    }

    /// <summary>What is none: nonsense is one line, the command's; five gigabytes are refused before they are read.</summary>
    public async Task Refused()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "nonsense.safetensors"), Encoding.UTF8.GetBytes("nonsense, and not a header"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "empty.safetensors"), []);
        await Hold("nonsense.safetensors");
        await Hold("empty.safetensors");
        string large = Path.Combine(folder, "large.safetensors");
        using (FileStream file = File.Create(large))
        {
            file.SetLength(5L << 30);
        }

        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        (_, string[] refusals) = await Drop("large.safetensors");
        if (refusals is not [string line] || !line.Contains("5,368,709,120 bytes", StringComparison.Ordinal)
            || clock.Elapsed > TimeSpan.FromSeconds(5))
        {
            throw new MismatchException($"5 GB: {string.Join("; ", refusals)} after {clock.Elapsed.TotalSeconds:F1} s");
        }

        File.Delete(large);
    }

    /// <summary>Drops a file and waits for what is said of it.</summary>
    public async Task<(string[] Cells, string[] Refusals)> Drop(string name)
    {
        await page.Tab.SetInputFilesAsync("input[type=file]", Path.Combine(folder, name));
        dropped++;
        await page.Tab.WaitForSelectorAsync(string.Create(CultureInfo.InvariantCulture, $"[data-inspected='{dropped}']"),
            new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        string[][] words = JsonSerializer.Deserialize<string[][]>(await page.Tab.EvaluateAsync<string>(Words))!;
        return (words[0], words[1]);
    }

    private async Task Hold(string name)
    {
        (string[] cells, string[] refusals) = await Drop(name);
        (int code, string output, string error) = command.Run(folder, "inspect", name);

        // The console's table begins below a rule; its cells may be wrapped, so words are compared.
        string said = code == 2 ? error["mxact: ".Length..] : output[(output.LastIndexOf('─') + 1)..];
        string shown = string.Join(' ', code == 2 ? refusals : cells);
        if (Flat(said) != Flat(shown))
        {
            throw new MismatchException($"inspect {name}: the page shows '{Flat(shown)}', the command says '{Flat(said)}'");
        }
    }

    private static string Flat(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static void WritePlain(string path, Draw draw, int tensors)
    {
        StringBuilder header = new("{");
        using MemoryStream data = new();
        for (int i = 0; i < tensors; i++)
        {
            int rows = draw.Below(4) + 1;
            int columns = 64 * (draw.Below(3) + 1);
            long begin = data.Length;
            for (int j = 0; j < rows * columns; j++)
            {
                data.Write(BitConverter.GetBytes(draw.Finite()));
            }

            header.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"\"layers.{i}.weight\":{{\"dtype\":\"F32\",\"shape\":[{rows},{columns}],\"data_offsets\":[{begin},{data.Length}]}}");
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((ulong)json.Length));
        file.Write(json);
        data.WriteTo(file);
    }

    /// <summary>Bytes behind the header become FF: NaN scales, NaN codes.</summary>
    private static void Spoil(string path, Draw draw)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int begin = 8 + (int)BitConverter.ToUInt64(bytes);
        for (int i = 0; i < 12 && begin < bytes.Length; i++)
        {
            bytes[begin + draw.Below(bytes.Length - begin)] = 0xFF;
        }

        File.WriteAllBytes(path, bytes);
    }
}
