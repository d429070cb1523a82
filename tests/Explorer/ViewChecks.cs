using System.Globalization;

namespace Mxact.Explorer.Check;

/// <summary>The three views that a link holds whole, over random inputs.</summary>
/// <param name="page">The page.</param>
/// <param name="command">The command.</param>
/// <param name="inputs">How many random inputs each takes.</param>
internal sealed class ViewChecks(ShownPage page, MxactCommand command, int inputs)
{
    /// <summary>States whose words are held to <c>mxact explain</c>, which answers one a process.</summary>
    private const int Explained = 12;

    private readonly AnswerCheck answers = new(command);

    /// <summary>The number view: every format and rounding, and what is said of the neighbours.</summary>
    public async Task<int> Numbers()
    {
        Draw draw = new(1);
        string[] words = [.. Enumerable.Range(0, inputs).Select(_ => Hex(draw.Bits()))];
        string[] links = [.. words.Select(word => $"number?overflow={draw.Of<string>(["saturate", "non-finite"])}"
            + $"&rounding={draw.Of(RoundingMode.Deterministic)}&x={word}")];
        List<ShownState> states = await page.Show(links);
        int least = ElementFormats.Elements.Length * (RoundingMode.Deterministic.Length + 1);
        int count = answers.Hold(links, states, link => (least, link[^8..]));
        foreach ((string word, ShownState state) in words.Zip(states).Take(Explained))
        {
            foreach (string[] note in state.Notes.Where(note => note[0] is "e4m3" or "int8" or "ue5m3"))
            {
                (_, string explained, _) = command.Run(".", "explain", note[0], word);
                Same($"explain {note[0]} {word}", explained.Split('\n').First(line => line.StartsWith("neigh", StringComparison.Ordinal)),
                    note[1]);
            }
        }

        return count;
    }

    /// <summary>The block view: every rule, format and profile, and the steps.</summary>
    public async Task<int> Blocks()
    {
        Draw draw = new(2);
        List<string> links = [];
        for (int i = 0; i < inputs; i++)
        {
            BlockFormat format = draw.Of(MxFormats.All);
            int count = draw.Below(4) == 0 ? format.BlockSize : draw.Below(format.BlockSize) + 1;
            bool isFinite = draw.Below(8) > 0;
            string block = string.Concat(Enumerable.Range(0, count).Select(_ => Hex(isFinite ? draw.Finite() : draw.Bits())));
            string rounding = draw.Below(2) == 0 ? $"&rounding={draw.Of(RoundingMode.Deterministic)}" : "";
            links.Add($"block?format={format}{rounding}&v={block}");
        }

        List<ShownState> states = await page.Show(links);
        int compared = answers.Hold(links, states, link => (6, link[(link.LastIndexOf('=') + 1)..]));
        foreach ((string link, ShownState state) in links.Zip(states).Take(Explained))
        {
            Dictionary<string, string> said = link.Split('?')[1].Split('&').Select(pair => pair.Split('='))
                .ToDictionary(p => p[0], p => p[1]);
            string[] rounding = said.TryGetValue("rounding", out string? mode) ? ["--rounding", mode] : [];
            (_, string explained, _) = command.Run(".", ["explain", said["format"], said["v"], .. rounding]);
            Same(link, Flat(explained), Flat(string.Join(' ', state.Steps)));
        }

        return compared;
    }

    /// <summary>The view of dot products: every model, in formats that it takes.</summary>
    public async Task<int> Dots()
    {
        Draw draw = new(3);
        List<string> links = [];
        for (int i = 0; i < inputs; i++)
        {
            MatrixUnit unit = MatrixUnits.All[i % MatrixUnits.All.Length];
            (string shape, ElementFormat a, ElementFormat b, int block) = Shapes.Of(unit, draw);
            int k = block > 0 ? block * (draw.Below(3) + 1) : draw.Below(48) + 1;
            string scales = block > 0 ? "%20" + draw.Codes(k / block, 7, 2) : "";
            ElementFormat output = draw.Of(unit.OutputFormats);
            string sum = output == ElementFormats.Binary16 ? "f16" : "f32";
            string va = draw.Codes(k, a.Bits, a.HexDigits) + scales;
            string vb = draw.Codes(k, b.Bits, b.HexDigits) + scales;
            links.Add($"dot?{shape}&c={Hex(draw.Finite())}&model={unit.Name}&out={sum}&va={va}&vb={vb}");
        }

        List<ShownState> states = await page.Show(links);
        return answers.Hold(links, states, link => (1, link[(link.LastIndexOf('=') + 1)..].Split('%')[0]));
    }

    private static string Hex(uint bits) => bits.ToString("x8", CultureInfo.InvariantCulture);

    private static string Flat(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static void Same(string what, string said, string shown)
    {
        if (said != shown)
        {
            throw new MismatchException($"{what}: the page shows '{shown}', the command says '{said}'");
        }
    }
}
