using System.Text.Json;
using Microsoft.Playwright;

namespace Mxact.Explorer.Check;

/// <summary>What a state of the page shows.</summary>
/// <param name="Asked">The requests whose answers stand there, each with its answer.</param>
/// <param name="Refusals">Lines that refuse something.</param>
/// <param name="Steps">The lines of the conversion step by step.</param>
/// <param name="Notes">What is said of neighbours, a format each.</param>
internal sealed record ShownState(string[][] Asked, string[] Refusals, string[] Steps, string[][] Notes);

/// <summary>The page, open in the browser.</summary>
/// <param name="page">The tab.</param>
internal sealed class ShownPage(IPage page)
{
    /// <summary>Goes through states as a user does who changes the address, and reads what stands there each time.</summary>
    private const string Walk = """
        async fragments => {
          const seen = [];
          for (const fragment of fragments) {
            location.hash = fragment;
            const end = Date.now() + 20000;
            while (document.querySelector('main').dataset.shown !== fragment) {
              if (Date.now() > end) { throw new Error('not shown within 20 s: ' + fragment); }
              await new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); });
            }
            const text = one => one.textContent.replace(/\s+/g, '');
            const line = one => one.textContent.replace(/\s+/g, ' ').trim();
            const all = query => [...document.querySelectorAll(query)];
            seen.push({
              asked: all('[data-ask]').map(one => [one.dataset.ask,
                (one.dataset.scale ? text(one.previousElementSibling) + ' ' : '') + text(one)]),
              refusals: all('main .refusal').map(line),
              steps: all('.steps li').map(line),
              notes: all('.neighbours').map(one => [one.closest('section').querySelector('h3').textContent, line(one)]),
            });
          }
          return JSON.stringify(seen);
        }
        """;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The tab.</summary>
    public IPage Tab => page;

    /// <summary>What each state shows.</summary>
    public async Task<List<ShownState>> Show(IReadOnlyList<string> fragments)
    {
        List<ShownState> states = [];
        foreach (string[] some in fragments.Chunk(50))
        {
            string json = await page.EvaluateAsync<string>(Walk, some);
            states.AddRange(JsonSerializer.Deserialize<ShownState[]>(json, Web)!);
        }

        return states;
    }
}
