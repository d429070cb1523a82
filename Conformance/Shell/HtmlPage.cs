using System.Net;
using System.Text;

namespace Mxact.Shell;

/// <summary>How the pages look that this project writes: light and dark as the reader's machine is; they print.</summary>
internal static class HtmlPage
{
    /// <summary>The style sheet.</summary>
    public const string Style = """
        :root{--ink:#1c1f23;--soft:#646b74;--line:#dfe3e8;--paper:#fff;--card:#f6f8fa;--bad:#c23b31;--good:#2a8f6e}
        @media(prefers-color-scheme:dark){
        :root{--ink:#e6e9ec;--soft:#9aa3ad;--line:#343a41;--paper:#15181c;--card:#1d2126;--bad:#f0776c;--good:#5cc79f}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:60rem;padding:2rem 1.2rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:0 0 .3rem}
        p{margin:.3rem 0}.soft{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right}
        th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:500}
        .bar{display:block;height:.45rem;min-width:6rem;background:var(--line);border-radius:.2rem;overflow:hidden}
        .bar i{display:block;height:100%;background:var(--good)}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem;margin:.8rem 0;break-inside:avoid}
        pre{overflow-x:auto;margin:.6rem 0 0;padding:.6rem .7rem;background:var(--paper);
          border:1px solid var(--line);border-radius:.35rem;font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}
        .key{margin-right:.9rem;white-space:nowrap}
        .key i{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;margin-right:.35rem}
        .scroll{overflow-x:auto}svg{max-width:100%;height:auto}
        @media print{body{max-width:none;padding:0}pre{white-space:pre-wrap}}
        """;

    /// <summary>Begins a page that needs nothing else.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="title">What it is called; text.</param>
    /// <param name="style">Styles of its own.</param>
    public static void Begin(StringBuilder page, string title, string style = "")
        => page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" ")
            .Append("content=\"width=device-width,initial-scale=1\">\n<title>").Append(Safe(title)).Append(": Mxact</title>\n<style>")
            .Append(Style).Append(style).Append("</style></head><body>\n");

    /// <summary>Ends it.</summary>
    public static void End(StringBuilder page) => page.Append("</body></html>\n");

    /// <summary>Text from outside, printable and no markup.</summary>
    public static string Safe(string text) => WebUtility.HtmlEncode(Printable.Line(text));
}
