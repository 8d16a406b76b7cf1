namespace Locald.Tests.Commands;

public sealed class BadCommandLineTests
{
    [Theory]
    [InlineData("versoin", "'versoin' failed: there is no such command", "locald version")]
    [InlineData("hlep", "'hlep' failed: there is no such command", "locald help")]
    [InlineData("frobnicate", "'frobnicate' failed: there is no such command", "locald help")]
    [InlineData("", "'' failed: there is no such command", "locald help")]
    [InlineData("--json", "'--json' failed: options follow a command", "locald help")]
    [InlineData("help frobnicate", "'frobnicate' failed: there is no such command", "locald help")]
    [InlineData("help version help", "help failed: unexpected argument 'help'", "locald help help")]
    [InlineData("version 2", "version failed: unexpected argument '2'", "locald help version")]
    [InlineData("version --jsno", "version failed: unknown option '--jsno'", "locald version --json")]
    [InlineData("version --frobnicate", "version failed: unknown option '--frobnicate'", "locald help version")]
    [InlineData("app=3000", "'app=3000' failed: there is no such command", "locald serve app=3000")]
    [InlineData("serve app", "serve failed: 'app' is not a route: expected NAME=TARGET", "locald serve app=3000")]
    [InlineData("serve 3000", "serve failed: '3000' is not a route: expected NAME=TARGET", "locald serve app=3000")]
    [InlineData("serve app=70000", "serve failed: '70000' is not a target: a port is a number from 1 to 65535", "locald serve app=3000")]
    [InlineData("serve app=ftp://x", "serve failed: 'ftp://x' is not a target: 'ftp' is not a scheme that locald speaks; expected http, https or h2c", "locald serve app=http://127.0.0.1:3000")]
    [InlineData("serve app=1 app=2", "serve failed: app.localhost is routed twice, to localhost:1 and to localhost:2", "locald serve app=3000 app/api=4000")]
    [InlineData("serve locald=1", "serve failed: 'locald' is not a name to serve: locald.localhost is locald's own page", "locald serve app=3000")]
    [InlineData("serve --htps 8443 app=3000", "serve failed: unknown option '--htps'", "locald serve --https 8443 app=3000")]
    [InlineData("serve *.app=3000 --lgo=debug", "serve failed: unknown option '--lgo'", "locald serve '*.app=3000' --log=debug")]
    [InlineData("sreve --log debug app=3000", "'sreve' failed: there is no such command", "locald serve --log debug app=3000")]
    [InlineData("help sreve", "'sreve' failed: there is no such command", "locald help serve")]
    [InlineData("serve --https", "serve failed: option --https needs a value", "locald help serve")]
    [InlineData("serve --https example.com:443", "serve failed: 'example.com:443': 'example.com' is not an IP address; a name is not looked up here", "locald serve --https 127.0.0.1:8443")]
    [InlineData("serve --http of", "serve failed: 'of': expected ADDR:PORT, as 127.0.0.1:8443, or a port", "locald serve --https 127.0.0.1:8443")]
    [InlineData("serve --http off --http 8080", "serve failed: --http off leaves nothing for another --http to do", "locald serve --http off")]
    [InlineData("serve --log reqests", "serve failed: --log takes off, requests or debug, not 'reqests'", "locald serve --log requests")]
    [InlineData("serve --log=reqests --wait app=3000", "serve failed: --log takes off, requests or debug, not 'reqests'", "locald serve --log requests --wait app=3000")]
    [InlineData("serve --log-format xml", "serve failed: --log-format takes text or json, not 'xml'", "locald serve --log-format json")]
    [InlineData("serve --log off --log debug", "serve failed: option --log was given twice", "locald help serve")]
    [InlineData("serve --wait=yes", "serve failed: option --wait takes no value", "locald serve --wait")]
    [InlineData("serve --wait --wait-timeout 0", "serve failed: --wait-timeout takes 1 to 86400 seconds, not '0'", "locald serve --wait-timeout 60 --wait")]
    [InlineData("serve --wait-timeout 1m", "serve failed: --wait-timeout takes 1 to 86400 seconds, not '1m'", "locald serve --wait-timeout 60")]
    [InlineData("serve --config=", "serve failed: --config needs a path", "locald serve --config locald.json")]
    [InlineData("serve --ready-file=", "serve failed: --ready-file needs a path", "locald serve --ready-file locald.ready")]
    [InlineData("version --json=yes", "version failed: option --json takes no value", "locald version --json")]
    public async Task A_wrong_command_line_says_why_and_what_to_type_instead(string line, string error, string hint)
    {
        Transcript transcript = await Transcript.Of(line.Split(' '));
        Assert.Equal(ExitCode.Usage, transcript.Code);
        Assert.Empty(transcript.Data);
        Assert.Equal($"locald: {error}{Environment.NewLine}  try: {hint}{Environment.NewLine}", transcript.Talk);
    }
}
