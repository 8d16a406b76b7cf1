using Locald.Running;

namespace Locald.Tests.Running;

public sealed class PortFlagsTests : IDisposable
{
    private const string Vite = "--port 20001 --strictPort --host 127.0.0.1";

    private readonly ProjectFolder _project = new();

    public void Dispose() => _project.Dispose();

    private string Appended(string command) => string.Join(' ', PortFlags.For(command.Split(' '), _project.Path, 20001));

    [Theory]
    [InlineData("vite", Vite)]
    [InlineData("node_modules/.bin/vite dev", Vite)]
    [InlineData("vite.cmd", Vite)]
    [InlineData("vite ./app --mode staging", Vite)]
    [InlineData("vite preview", Vite)]
    [InlineData("vite --host", "--port 20001 --strictPort")]
    [InlineData("astro dev", "--port 20001 --host 127.0.0.1")]
    [InlineData("ng serve shop", "--port 20001 --host 127.0.0.1")]
    [InlineData("hugo server -D", "--port 20001")]
    [InlineData("mkdocs serve", "--dev-addr 127.0.0.1:20001")]
    [InlineData("php artisan serve", "--port 20001 --host 127.0.0.1")]
    [InlineData("python3 -m http.server", "20001 --bind 127.0.0.1")]
    [InlineData("python3 -m http.server --directory site", "20001 --bind 127.0.0.1")]
    [InlineData("python manage.py runserver --noreload", "127.0.0.1:20001")]
    [InlineData("./manage.py runserver", "127.0.0.1:20001")]
    public void A_server_that_ignores_PORT_is_given_its_flag(string command, string flags) => Assert.Equal(flags, Appended(command));

    [Theory]
    [InlineData("vite build")]
    [InlineData("vite --mode staging build")]
    [InlineData("vitest")]
    [InlineData("astro build")]
    [InlineData("ng test")]
    [InlineData("hugo")]
    [InlineData("next dev")]
    [InlineData("node server.js vite")]
    [InlineData("python3 app.py")]
    [InlineData("php -S localhost:8000")]
    [InlineData("npm install vite")]
    [InlineData("npm")]
    public void Nothing_is_added_to_what_is_no_such_server(string command) => Assert.Empty(Appended(command));

    [Theory]
    [InlineData("vite --port 3000")]
    [InlineData("vite --port=3000")]
    [InlineData("storybook dev -p 6006")]
    [InlineData("python3 -m http.server 8000")]
    [InlineData("python manage.py runserver 0.0.0.0:8000")]
    public void A_port_that_the_user_chose_stays(string command) => Assert.Empty(Appended(command));

    [Theory]
    [InlineData("npx vite", "")]
    [InlineData("npx -y vite dev", "")]
    [InlineData("bunx vite", "")]
    [InlineData("bun x vite", "")]
    [InlineData("pnpm vite", "")]
    [InlineData("pnpm exec vite", "")]
    [InlineData("yarn vite", "")]
    [InlineData("npm exec vite", "-- ")]
    [InlineData("npm exec -- vite", "")]
    public void It_is_found_behind_a_package_runner(string command, string before) => Assert.Equal(before + Vite, Appended(command));

    [Theory]
    [InlineData("npm run dev", "-- ")]
    [InlineData("npm run dev -- --mode staging", "")]
    [InlineData("npm run --silent dev", "-- ")]
    [InlineData("npm start", "-- ")]
    [InlineData("pnpm dev", "")]
    [InlineData("pnpm run dev", "")]
    [InlineData("yarn dev", "")]
    [InlineData("bun run dev", "")]
    public void It_is_found_in_a_script_of_package_json(string command, string before)
    {
        _project.Write("package.json", """{ "scripts": { "dev": "NODE_ENV=development vite", "start": "vite dev" } }""");
        Assert.Equal(before + Vite, Appended(command));
    }

    [Theory]
    [InlineData("vite & node api.js")]
    [InlineData("tsc && vite")]
    [InlineData("vite --port 3000")]
    [InlineData("sh -c 'vite'")]
    [InlineData("")]
    public void A_script_that_is_more_than_one_plain_server_is_left_alone(string script)
    {
        _project.Write("package.json", $$"""{ "scripts": { "dev": "{{script}}" } }""");
        Assert.Empty(Appended("npm run dev"));
        Assert.Empty(Appended("npm run other"));
    }
}
