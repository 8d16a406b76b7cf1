using System.Text;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Serving;

/// <summary>Turns a parsed head into what our own answers are made from.</summary>
internal static class LocalRequests
{
    internal static LocalRequest From(RequestHead head)
    {
        ReadOnlySpan<byte> path = head.Path, target = head.Target;
        return new(
            Encoding.ASCII.GetString(head.Method),
            Encoding.ASCII.GetString(head.Host),
            int.TryParse(head.Port, out int port) ? port : 443,
            path.IsEmpty ? "/" : Encoding.ASCII.GetString(path),
            target.Length > path.Length ? Encoding.ASCII.GetString(target[(path.Length + 1)..]) : "",
            head.Find);
    }
}
