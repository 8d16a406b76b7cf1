using System.Globalization;
using Locald.Certificates;
using Locald.ClientTrust;

namespace Locald.Running;

/// <summary>The variables of an app: those that we were started with, where to listen, where it is found, and what makes its clients trust the root.</summary>
internal static class AppEnvironment
{
    /// <param name="session">Whose variables they are at first.</param>
    /// <param name="certificates">The root.</param>
    /// <param name="options">The port.</param>
    /// <param name="url">Where browsers find the app.</param>
    /// <exception cref="UserError">The bundle of roots cannot be made.</exception>
    internal static IReadOnlyDictionary<string, string> Of(Session session, CertManager certificates, RunOptions options, string url)
    {
        string port = options.Port.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string> variables = new(session.Inherited);
        foreach ((string name, string value) in PortTool.Variables)
        {
            variables.TryAdd(name, PortFlags.Fill(value, options.Port));
        }

        foreach ((string name, string value) in ClientEnvironment.Of(session, certificates).Variables)
        {
            variables[name] = value;
        }

        variables["PORT"] = port;
        variables[options.PortVariable ?? "PORT"] = port;
        variables["HOST"] = PortFlags.Host;
        variables["LOCALD_URL"] = url;
        return variables;
    }
}
