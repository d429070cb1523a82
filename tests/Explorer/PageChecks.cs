using System.Globalization;
using Microsoft.Playwright;

namespace Mxact.Explorer.Check;

/// <summary>What the page does besides its answers.</summary>
/// <param name="browser">The browser.</param>
/// <param name="address">The page's address.</param>
internal sealed class PageChecks(IBrowser browser, string address)
{
    /// <summary>Links whose pictures are taken.</summary>
    private static readonly (string Name, string Link)[] Pictures =
    [
        ("number", "number"), ("number-beyond", "number?x=-500.0"), ("block", "block"), ("dot", "dot"),
        ("dot-blocks", "dot?a=nvfp4&b=nvfp4&model=blackwell-nvfp4&va=1%203.7%20-2.2%2011%200.01&vb=2%201%200.3%204%201"),
        ("inspect", "inspect"), ("refused", "number?x=nonsense"),
    ];

    /// <summary>Opens the page and waits for the simulator.</summary>
    /// <returns>The seconds until it was ready.</returns>
    public static async Task<double> Open(IPage page, string address)
    {
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        await page.GotoAsync(address);
        await page.WaitForSelectorAsync("main[data-shown]", new() { Timeout = 30_000 });
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Without WebAssembly, without scripts: a line that says so.</summary>
    public async Task Missing()
    {
        await using IBrowserContext without = await browser.NewContextAsync();
        await without.AddInitScriptAsync("delete window.WebAssembly");
        IPage page = await without.NewPageAsync();
        await page.GotoAsync(address);
        await Says(page, "needs WebAssembly");
        await using IBrowserContext quiet = await browser.NewContextAsync(new() { JavaScriptEnabled = false });
        page = await quiet.NewPageAsync();
        await page.GotoAsync(address);
        await Says(page, "needs JavaScript and WebAssembly");
    }

    /// <summary>A link opens what it was taken from; the keyboard reaches every control, and what is typed is in the link.</summary>
    public async Task Usable()
    {
        await using IBrowserContext context = await browser.NewContextAsync();
        IPage page = await context.NewPageAsync();
        await Open(page, address + "#number?x=-1.3");
        await Says(page, "-1.3");
        for (int i = 0; i < 5; i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.TypeAsync("0.7");
        await page.WaitForSelectorAsync("main[data-shown*='0.7']", new() { Timeout = 5000 });
        int unnamed = await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('input,select,textarea')].filter(one => !one.labels.length).length");
        if (unnamed > 0)
        {
            throw new MismatchException($"{unnamed} controls have no label");
        }
    }

    /// <summary>On a narrow screen nothing is wider than the screen; pictures of every view where a folder for them is named.</summary>
    public async Task Look(string? folder)
    {
        foreach ((string look, int width, ColorScheme scheme) in new[]
        {
            ("light", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("narrow", 360, ColorScheme.Light),
        })
        {
            await using IBrowserContext context = await browser.NewContextAsync(new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 900 },
            });
            IPage page = await context.NewPageAsync();
            foreach ((string name, string link) in Pictures)
            {
                await Open(page, $"{address}?{look}{name}#{link}");
                int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                if (wide > width)
                {
                    throw new MismatchException(string.Create(CultureInfo.InvariantCulture,
                        $"#{link}: {wide} wide on a screen of {width}"));
                }

                if (folder is not null)
                {
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{look}-{name}.png"), FullPage = true });
                }
            }
        }
    }

    private static async Task Says(IPage page, string words)
    {
        string text = await page.InnerTextAsync("body");
        if (!text.Contains(words, StringComparison.Ordinal))
        {
            throw new MismatchException($"the page says '{text.ReplaceLineEndings(" ")}', and not '{words}'");
        }
    }
}
