namespace Locald.Running;

/// <summary>A development server that does not look at <c>PORT</c>, and how it is told.</summary>
/// <param name="Program">The words it is called by, as <c>vite</c> or <c>python3 -m http.server</c>.</param>
/// <param name="Verbs">Those of its verbs that serve; empty where it has none. The verb stands right behind the program.</param>
/// <param name="Flags">What to append: <c>{port}</c> and <c>{host}</c> are filled in. A flag that the user gave is left as it is.</param>
internal sealed record PortTool(string Program, string[] Verbs, params string[][] Flags)
{
    /// <summary>Whether it also serves without a verb; what stands there then is a folder or an option.</summary>
    internal bool ServesBare { get; init; }

    /// <summary>Words anywhere behind a bare program that tell that it does not serve.</summary>
    internal string[] OtherVerbs { get; init; } = [];

    /// <summary>Other ways to say the port, whose presence means that the user has chosen.</summary>
    internal string[] Synonyms { get; init; } = [];

    private static readonly string[] Port = ["--port", "{port}"];
    private static readonly string[] Host = ["--host", "{host}"];
    private static readonly string[] Strict = ["--strictPort"];

    /// <summary>
    /// Each by its own documentation. Those that obey <c>PORT</c> are not here (Next, Nuxt, Create React App, Vue CLI, Parcel, Gatsby,
    /// Rails, gunicorn), nor those whose address is always in the command line (<c>php -S</c>). Of a tool that is not here, and of one that
    /// listens elsewhere all the same, the sockets tell.
    /// </summary>
    internal static IReadOnlyList<PortTool> All { get; } =
    [
        // https://vite.dev/guide/cli
        new("vite", ["dev", "serve", "preview"], Port, Strict, Host) { ServesBare = true, OtherVerbs = ["build", "optimize"] },
        // https://vitepress.dev/reference/cli
        new("vitepress", ["dev"], Port, Strict),
        new("vitepress", ["preview"], Port),
        // https://reactrouter.com/api/other-api/dev
        new("react-router", ["dev"], Port, Strict, Host),
        // https://docs.astro.build/en/reference/cli-reference/
        new("astro", ["dev", "preview"], Port, Host),
        // https://angular.dev/cli/serve
        new("ng", ["serve", "dev", "s"], Port, Host),
        // https://docs.expo.dev/more/expo-cli/: the host is lan, tunnel or localhost.
        new("expo", ["start"], Port) { Synonyms = ["-p"] },
        // https://rsbuild.rs/guide/basic/cli
        new("rsbuild", ["dev", "preview"], Port, Host),
        // https://webpack.js.org/api/cli/#serve
        new("webpack", ["serve", "server", "s"], Port, Host),
        // https://storybook.js.org/docs/api/cli-options
        new("storybook", ["dev"], Port, ["--exact-port"], Host) { Synonyms = ["-p"] },
        // https://docusaurus.io/docs/cli
        new("docusaurus", ["start", "serve"], Port, Host) { Synonyms = ["-p"] },
        // https://developers.cloudflare.com/workers/wrangler/commands/#dev
        new("wrangler", ["dev"], Port, ["--ip", "{host}"]),
        // https://www.11ty.dev/docs/usage/
        new("eleventy", ["--serve"], Port),
        new("@11ty/eleventy", ["--serve"], Port),
        // https://gohugo.io/commands/hugo_server/
        new("hugo", ["server", "serve"], Port) { Synonyms = ["-p"] },
        // https://jekyllrb.com/docs/configuration/options/#serve-command-options
        new("jekyll", ["serve", "server", "s"], Port) { Synonyms = ["-P"] },
        // https://www.mkdocs.org/user-guide/cli/#mkdocs-serve
        new("mkdocs", ["serve"], ["--dev-addr", "{host}:{port}"]) { Synonyms = ["-a"] },
        // https://laravel.com/docs/installation
        new("php artisan", ["serve"], Port, Host),
        // https://fastapi.tiangolo.com/fastapi-cli/
        new("fastapi", ["dev", "run"], Port),
        // https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver
        new("manage.py", ["runserver"], ["{host}:{port}"]),
        new("python manage.py", ["runserver"], ["{host}:{port}"]),
        new("python3 manage.py", ["runserver"], ["{host}:{port}"]),
        // https://docs.python.org/3/library/http.server.html#command-line-interface
        new("python -m http.server", [], ["{port}"], ["--bind", "{host}"]) { ServesBare = true, Synonyms = ["-b"] },
        new("python3 -m http.server", [], ["{port}"], ["--bind", "{host}"]) { ServesBare = true, Synonyms = ["-b"] },
    ];

    /// <summary>Variables by which servers are told that have another name than <c>PORT</c> for it.</summary>
    internal static IReadOnlyList<(string Name, string Value)> Variables { get; } =
    [
        // https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints
        ("ASPNETCORE_URLS", "http://{host}:{port}"),
        // https://flask.palletsprojects.com/en/stable/cli/#setting-command-options
        ("FLASK_RUN_PORT", "{port}"),
        // https://www.uvicorn.org/settings/
        ("UVICORN_PORT", "{port}"),
    ];
}
