using System.Net;
using Mxact.Cli.Explore;

namespace Mxact.Conformance.Tests;

/// <summary>What <c>mxact explore</c> serves: the page's files, and nothing else of this machine.</summary>
public sealed class ExploreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mxact-explore-").FullName;
    private readonly string page;

    public ExploreTests()
    {
        page = Directory.CreateDirectory(Path.Combine(folder, "page")).FullName;
        Directory.CreateDirectory(Path.Combine(page, "_framework"));
        File.WriteAllText(Path.Combine(folder, "secret.txt"), "secret");
        File.WriteAllText(Path.Combine(page, "index.html"), "plain");
        File.WriteAllText(Path.Combine(page, "index.html.br"), "small");
        File.WriteAllText(Path.Combine(page, "_framework", "a.wasm"), "code");
        File.CreateSymbolicLink(Path.Combine(page, "link.txt"), Path.Combine(folder, "secret.txt"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("/", true, "index.html.br", "text/html; charset=utf-8", "br")]
    [InlineData("/", false, "index.html", "text/html; charset=utf-8", null)]
    [InlineData("/index.html", true, "index.html.br", "text/html; charset=utf-8", "br")]
    [InlineData("/_framework/a.wasm", true, "_framework/a.wasm", "application/wasm", null)]
    public void A_file_of_the_page(string path, bool acceptsBrotli, string file, string type, string? encoding)
        => Assert.Equal(new PageFile(Path.Combine(page, file), type, encoding), new PageFolder(page).Find(path, acceptsBrotli));

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/link.txt")]
    [InlineData("/_framework")]
    [InlineData("/_framework/")]
    [InlineData("/index.html.br")]
    [InlineData("/INDEX.HTML")]
    [InlineData("")]
    public void Nothing_else(string path) => Assert.Null(new PageFolder(page).Find(path, acceptsBrotli: true));

    [Fact]
    public async Task It_serves_until_it_is_stopped()
    {
        using CancellationTokenSource stop = new();
        using PageServer server = PageServer.Start(new PageFolder(page), port: 0);
        Assert.StartsWith("http://127.0.0.1:", server.Address, StringComparison.Ordinal);
        Task serving = Task.Run(() => server.Serve(stop.Token), CancellationToken.None);
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        using HttpResponseMessage plain = await client.GetAsync(new Uri("/", UriKind.Relative), CancellationToken.None);
        Assert.Equal(("plain", "text/html"), (await plain.Content.ReadAsStringAsync(CancellationToken.None),
            plain.Content.Headers.ContentType!.MediaType));
        using HttpRequestMessage asksSmall = new(HttpMethod.Get, "/");
        asksSmall.Headers.Add("Accept-Encoding", "gzip, br");
        using HttpResponseMessage small = await client.SendAsync(asksSmall, CancellationToken.None);
        Assert.Equal(("small", "br"), (await small.Content.ReadAsStringAsync(CancellationToken.None),
            Assert.Single(small.Content.Headers.ContentEncoding)));
        using HttpResponseMessage missing = await client.GetAsync(new Uri("/secret.txt", UriKind.Relative), CancellationToken.None);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using StringContent nothing = new("");
        using HttpResponseMessage posted = await client.PostAsync(new Uri("/", UriKind.Relative), nothing, CancellationToken.None);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        await stop.CancelAsync();
        await serving.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
    }
}
