namespace Locald.Proxy.Pages;

/// <summary>Style, script and drawings of every page.</summary>
internal static class PageAssets
{
    private const string PadlockPaths =
        "<path d='M7 10V7.5a5 5 0 0 1 10 0V10' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round'/>"
        + "<rect x='4.5' y='10' width='15' height='11' rx='3' fill='currentColor'/>";

    internal static HtmlText.Asset Padlock { get; } =
        new($"<svg viewBox='0 0 24 24' width='20' height='20' aria-hidden='true'>{PadlockPaths}</svg>");

    internal static string Icon { get; } = "data:image/svg+xml,"
        + Uri.EscapeDataString($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' color='#1a7f4b'>{PadlockPaths}</svg>");

    internal static HtmlText.Asset Style { get; } = new("""
        :root {
          --paper: #fbfaf8; --card: #ffffff; --ink: #1d1c1a; --soft: #66625c; --line: #e6e2dc; --green: #1a7f4b; --tint: #f3f1ed;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #141413; --card: #1c1b1a; --ink: #ecebe8; --soft: #a29d95; --line: #302e2b; --green: #5cc98b; --tint: #232120;
          }
        }
        * { box-sizing: border-box; margin: 0; padding: 0; }
        body {
          background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          -webkit-text-size-adjust: 100%;
        }
        main { max-width: 42rem; margin: 0 auto; padding: max(2rem, 10vh) 1.5rem 4rem; }
        .mark { display: flex; align-items: center; gap: .5rem; margin-bottom: 3rem; font-weight: 600; letter-spacing: -.01em; }
        .mark svg { color: var(--green); }
        .status { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .95rem; margin-bottom: .25rem; }
        h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; letter-spacing: -.02em; font-weight: 650; overflow-wrap: anywhere; text-wrap: balance; }
        .lead { margin-top: .85rem; color: var(--soft); font-size: 1.05rem; max-width: 36rem; overflow-wrap: anywhere; text-wrap: pretty; }
        h2 { margin: 2.25rem 0 .75rem; font-size: .95rem; font-weight: 600; }
        dl, ul { margin-top: 1.75rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); list-style: none; overflow: hidden; }
        h2 + ul { margin-top: 0; }
        dl div, li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .7rem 1rem; border-top: 1px solid var(--line); }
        dl div:first-child, li:first-child { border-top: 0; }
        dt { width: 5rem; color: var(--soft); }
        dd, .name, .detail, code { font: .9rem/1.7 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        dd { flex: 1 1 14rem; min-width: 0; }
        .name { flex: 1 1 14rem; min-width: 0; color: inherit; }
        a.name { color: var(--green); text-decoration: none; }
        a.name:hover { text-decoration: underline; text-underline-offset: 3px; }
        a:focus-visible { outline: 2px solid var(--green); outline-offset: 3px; border-radius: 3px; }
        .detail { color: var(--soft); }
        pre { background: var(--tint); border-radius: 12px; padding: .8rem 1rem; white-space: pre-wrap; }
        pre + pre { margin-top: .5rem; }
        code::before { content: "$ "; color: var(--soft); user-select: none; -webkit-user-select: none; }
        .waiting { display: flex; align-items: center; gap: .6rem; margin-top: 2.25rem; color: var(--soft); font-size: .95rem; }
        .waiting.on::before { content: ""; flex: none; width: .5rem; height: .5rem; border-radius: 50%; background: var(--green); animation: breathe 2.4s ease-in-out infinite; }
        @keyframes breathe { 50% { opacity: .25; } }
        @media (prefers-reduced-motion: reduce) { .waiting.on::before { animation: none; } }
        """);

    /// <summary>
    /// Asks with HEAD whether the app answers by now, and then loads it. Only the page's own kind keeps it waiting, so an app that
    /// answers with an error of its own is shown.
    /// </summary>
    internal static HtmlText.Asset Script { get; } = new("""
        (async () => {
          const line = document.getElementById("waiting");
          line.textContent = "Waiting for the app. This page opens it by itself.";
          line.classList.add("on");
          for (let pause = 800; ; pause = Math.min(pause * 1.2, 3000)) {
            await new Promise(resume => setTimeout(resume, pause));
            if (document.hidden) continue;
            try {
              const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
              if (answer.headers.get("Locald-Page") !== document.documentElement.dataset.page) return location.reload();
            } catch { }
          }
        })();
        """);
}
