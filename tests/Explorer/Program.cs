using System.Globalization;
using Microsoft.Playwright;
using Mxact.Explorer.Check;

// Arguments: the page's address, mxact.dll, the browser's program, the page's folder, how many inputs; a folder for pictures.
if (args.Length is < 5 or > 6)
{
    Console.Error.WriteLine("explorer check: five or six arguments, as check.sh gives them");
    return 2;
}

const double MostMegabytes = 4, MostSeconds = 4;
string address = args[0];
MxactCommand command = new(Path.GetFullPath(args[1]));
int inputs = int.Parse(args[4], CultureInfo.InvariantCulture);
string folder = Directory.CreateTempSubdirectory("mxact-explorer-").FullName;
try
{
    using IPlaywright playwright = await Playwright.CreateAsync();
    await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = args[2], Args = ["--no-sandbox"] });
    IPage tab = await browser.NewPageAsync();
    List<string> elsewhere = [];
    List<string> errors = [];
    tab.Request += (_, request) =>
    {
        if (!request.Url.StartsWith(address, StringComparison.Ordinal))
        {
            elsewhere.Add(request.Url);
        }
    };
    tab.Console += (_, message) =>
    {
        if (message.Type == "error")
        {
            errors.Add(message.Text);
        }
    };
    double ready = await PageChecks.Open(tab, address);
    double megabytes = PageSize.Of(args[3]);
    ShownPage page = new(tab);
    PageChecks checks = new(browser, address);
    await checks.Look(args.Length > 5 ? args[5] : null);
    await checks.Missing();
    await checks.Usable();
    InspectCheck inspect = new(page, command, folder);
    ViewChecks views = new(page, command, inputs);
    int answers = 0;
    foreach ((string view, Func<Task<int>> check) in new (string, Func<Task<int>>)[]
    {
        ("number", views.Numbers), ("block", views.Blocks), ("dot", views.Dots), ("inspect", () => inspect.Files(inputs)),
    })
    {
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        int count = await check();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{view}: {inputs} inputs, {count} answers equal the command's, {clock.Elapsed.TotalSeconds:F0} s"));
        answers += count;
    }

    if (args.Length > 5)
    {
        await tab.ScreenshotAsync(new() { Path = Path.Combine(args[5], "light-inspected.png"), FullPage = true });
    }

    await inspect.Refused();
    string? fault = elsewhere.Count > 0 ? $"the page asks elsewhere: {elsewhere[0]}"
        : errors.Count > 0 ? $"the page reports an error: {errors[0].ReplaceLineEndings(" ")}"
        : ready > MostSeconds ? string.Create(CultureInfo.InvariantCulture, $"ready after {ready:F1} s")
        : megabytes > MostMegabytes ? string.Create(CultureInfo.InvariantCulture, $"{megabytes:F2} MB compressed")
        : null;
    if (fault is not null)
    {
        throw new MismatchException(fault);
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"explorer: 4 views, {answers} answers equal the command's, {megabytes:F2} MB compressed, ready after {ready:F1} s"));
    return 0;
}
catch (Exception exception) when (exception is MismatchException or PlaywrightException or TimeoutException)
{
    Console.WriteLine($"explorer: {exception.Message}");
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
