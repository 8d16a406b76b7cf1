using System.Text;
using System.Text.Json;
using Locald.CommandLine;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;

namespace Locald.Configuration;

/// <summary>
/// Reads the text of a <c>locald.json</c>: JSON (RFC 8259) in which comments and trailing commas are let through. What is wrong is
/// collected with its place, so that one look mends it all; only what is no JSON ends the reading.
/// </summary>
internal ref struct ConfigReader
{
    private const string Off = "off";

    private readonly ReadOnlySpan<byte> _text;
    private readonly string _folder;
    private readonly List<ConfigFault> _faults = [];
    private Utf8JsonReader _json;

    private ConfigReader(ReadOnlySpan<byte> text, string path)
    {
        _text = text;
        _folder = Path.GetDirectoryName(path)!;
        _json = new(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>The members of the file, and those of its <c>ports</c>.</summary>
    internal static IReadOnlyList<string> Members { get; } = ["$schema", "name", "command", "routes", "ports"];

    /// <inheritdoc cref="Members"/>
    internal static IReadOnlyList<string> PortMembers { get; } = ["https", "http", "app"];

    /// <param name="text">The whole file, in UTF-8.</param>
    /// <param name="path">Its absolute path.</param>
    /// <returns>What it says and no fault; or at least one fault, in the file's order, and what could be read beside them.</returns>
    internal static (ProjectConfig Config, IReadOnlyList<ConfigFault> Faults) Read(byte[] text, string path)
    {
        ConfigReader reader = new(text.AsSpan().StartsWith("\uFEFF"u8) ? text.AsSpan(3) : text, path);
        ProjectConfig config = new() { Path = path, Text = text };
        try
        {
            config = reader.ReadFile(config);
        }
        catch (JsonException error)
        {
            reader.FaultAtSyntax(error);
        }
        catch (InvalidOperationException)
        {
            reader.Fault(reader.At, "the text is not UTF-8, or an escape is half of a surrogate pair");
        }

        return (config, [.. reader._faults.OrderBy(f => f.Line).ThenBy(f => f.Column)]);
    }

    private readonly int At => (int)_json.TokenStartIndex;

    private ProjectConfig ReadFile(ProjectConfig config)
    {
        _json.Read();
        if (!Expect(JsonTokenType.StartObject, "an object, as { \"routes\": { \"app\": 3000 } }"))
        {
            return config;
        }

        HashSet<string> seen = [];
        while (NextMember(seen, Members, out string member))
        {
            switch (member)
            {
                case "$schema":
                    Expect(JsonTokenType.String, "the path of a schema file");
                    break;
                case "name":
                    config = config with { Name = ReadName() };
                    break;
                case "command":
                    config = config with { Command = ReadCommand() };
                    break;
                case "routes":
                    config = config with { Routes = ReadRoutes() };
                    break;
                default:
                    config = ReadPorts(config);
                    break;
            }
        }

        // Whatever follows the object is an error.
        _json.Read();
        return config;
    }

    private RouteName? ReadName()
    {
        if (!Expect(JsonTokenType.String, "a name, as \"app\""))
        {
            return null;
        }

        try
        {
            RouteName name = RouteName.Parse(_json.GetString()!);
            if (!name.IsWildcard && name.Prefix.Length == 0)
            {
                return name;
            }

            Fault(At, "the app has one name, without * and without a path; others belong into routes");
        }
        catch (RouteFormatException error)
        {
            Fault(At, error.Message);
        }

        return null;
    }

    private IReadOnlyList<string> ReadCommand()
    {
        const string Form = "a command, as [\"npm\", \"run\", \"dev\"] or \"npm run dev\"";
        if (_json.TokenType == JsonTokenType.String)
        {
            (IReadOnlyList<string>? words, string? why) = CommandWords.Split(_json.GetString()!);
            if (words is null)
            {
                Fault(At, $"this is no command: {why}");
            }

            return words ?? [];
        }

        int start = At;
        List<string> list = [];
        if (!Expect(JsonTokenType.StartArray, Form))
        {
            return list;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (Expect(JsonTokenType.String, "a word of the command, in quotes"))
            {
                list.Add(_json.GetString()!);
            }
        }

        if (list is [] or ["", ..])
        {
            Fault(start, "this is no command: the program is missing");
        }

        return list;
    }

    private List<Route> ReadRoutes()
    {
        List<Route> routes = [];
        if (!Expect(JsonTokenType.StartObject, "routes, as { \"app\": 3000, \"app/api\": \"http://127.0.0.1:4000/\" }"))
        {
            return routes;
        }

        HashSet<string> seen = [];
        HashSet<RouteName> names = [];
        while (NextMember(seen, known: null, out string text, out int at))
        {
            if (ReadRouteName(text, at) is { } name && ReadTarget() is { } target)
            {
                if (names.Add(name))
                {
                    routes.Add(new(name, target));
                }
                else
                {
                    Fault(at, $"{name} is routed twice");
                }
            }
            else
            {
                _json.Skip();
            }
        }

        return routes;
    }

    private readonly RouteName? ReadRouteName(string text, int at)
    {
        try
        {
            return RouteName.Parse(text);
        }
        catch (RouteFormatException error)
        {
            Fault(at, error.Message);
            return null;
        }
    }

    private Target? ReadTarget()
    {
        if (_json.TokenType != JsonTokenType.Number && !Expect(JsonTokenType.String, "a target: a port, or as \"http://127.0.0.1:4000\" or \"./site\""))
        {
            return null;
        }

        try
        {
            return Target.Parse(Scalar(), _folder);
        }
        catch (RouteFormatException error)
        {
            Fault(At, error.Message);
            return null;
        }
    }

    private ProjectConfig ReadPorts(ProjectConfig config)
    {
        if (!Expect(JsonTokenType.StartObject, "ports, as { \"https\": 8443, \"app\": 3000 }"))
        {
            return config;
        }

        HashSet<string> seen = [];
        while (NextMember(seen, PortMembers, out string member))
        {
            if (member == "app")
            {
                config = config with { AppPort = ReadAppPort() };
                continue;
            }

            bool off = member == "http" && _json.TokenType == JsonTokenType.String && _json.ValueTextEquals(Off);
            IReadOnlyList<ListenAddress> addresses = off ? [] : ReadAddresses();
            config = config with
            {
                Listen = member == "https" ? config.Listen with { Https = addresses } : config.Listen with { Http = addresses, HttpOff = off },
            };
        }

        return config;
    }

    private int? ReadAppPort()
    {
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int port) && port is > 0 and <= 65535)
        {
            return port;
        }

        Fault(At, "expected a port, from 1 to 65535");
        _json.Skip();
        return null;
    }

    private List<ListenAddress> ReadAddresses()
    {
        List<ListenAddress> addresses = [];
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            ReadAddress(addresses);
            return addresses;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            ReadAddress(addresses);
        }

        return addresses;
    }

    private void ReadAddress(List<ListenAddress> addresses)
    {
        if (_json.TokenType != JsonTokenType.Number && !Expect(JsonTokenType.String, "a port, or an address and a port as \"0.0.0.0:8443\""))
        {
            return;
        }

        try
        {
            addresses.Add(ListenAddress.Parse(Scalar()));
        }
        catch (ListenException error)
        {
            Fault(At, error.Message);
        }
    }

    /// <summary>The next member of the object that is open, with the reader at its value. Unknown and repeated ones are told and passed over.</summary>
    private bool NextMember(HashSet<string> seen, IReadOnlyList<string>? known, out string name) => NextMember(seen, known, out name, out _);

    /// <inheritdoc cref="NextMember(HashSet{string}, IReadOnlyList{string}?, out string)"/>
    private bool NextMember(HashSet<string> seen, IReadOnlyList<string>? known, out string name, out int at)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            at = At;
            name = _json.GetString()!;
            if (known?.Contains(name) == false)
            {
                string? nearest = Nearest.To(name, known);
                Fault(at, $"unknown key '{name}'; {(nearest is null ? $"expected {string.Join(", ", known)}" : $"did you mean '{nearest}'?")}");
            }
            else if (seen.Add(name))
            {
                _json.Read();
                return true;
            }
            else
            {
                Fault(at, $"'{name}' is there twice");
            }

            _json.Skip();
        }

        (name, at) = ("", 0);
        return false;
    }

    /// <summary>Whether the value is of this kind; another is told and passed over.</summary>
    private bool Expect(JsonTokenType kind, string what)
    {
        if (_json.TokenType == kind)
        {
            return true;
        }

        Fault(At, $"expected {what}");
        _json.Skip();
        return false;
    }

    /// <summary>A string's text, or a number as it is written: 3000 and "3000" mean the same.</summary>
    private readonly string Scalar() => _json.TokenType == JsonTokenType.String ? _json.GetString()! : Encoding.ASCII.GetString(_json.ValueSpan);

    private readonly void Fault(int at, string message)
    {
        ReadOnlySpan<byte> before = _text[..Math.Min(at, _text.Length)];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        _faults.Add(new(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1, message));
    }

    /// <summary>The runtime counts lines and bytes from 0, and repeats them behind its message.</summary>
    private readonly void FaultAtSyntax(JsonException error)
    {
        int at = 0;
        for (long line = error.LineNumber ?? 0; line > 0; line--)
        {
            at += _text[at..].IndexOf((byte)'\n') + 1;
        }

        string message = error.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
        Fault(at + (int)(error.BytePositionInLine ?? 0), $"this is no JSON: {message}");
    }
}
