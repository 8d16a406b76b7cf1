using System.Globalization;
using System.Text;

namespace Locald.Tests.Proxy.Serving;

/// <summary>
/// Answers <c>/KIND/AT/SIZE</c> with that part of a block which both sides know, and holds whatever is uploaded against the same part.
/// </summary>
internal static class SoakUpstream
{
    /// <summary>A megabyte of any bytes.</summary>
    internal static readonly string Block = MakeBlock();

    /// <summary>The kinds: length, chunks, until-close, cut (within the response), early (the request's body is not read).</summary>
    internal static async Task ServeAsync(ScriptedUpstream.Peer peer)
    {
        while (await peer.ReadHeadAsync() is { Length: > 0 } head)
        {
            string[] path = head.Split(' ')[1].Split('/');
            (string kind, string body) = (path[1], Block.Substring(int.Parse(path[2], CultureInfo.InvariantCulture), int.Parse(path[3], CultureInfo.InvariantCulture)));
            if (kind != "early")
            {
                string sent = Fields.Of(head, "transfer-encoding").Length > 0 ? await peer.ReadChunkedAsync()
                    : Fields.Of(head, "content-length") is [var length] ? await peer.ReadUpToAsync(int.Parse(length, CultureInfo.InvariantCulture))
                    : "";

                // A client that left has sent less; whatever came is a part of what it meant.
                Assert.StartsWith(sent, body, StringComparison.Ordinal);
            }

            switch (kind)
            {
                case "chunks":
                    await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(body, new Random(body.Length)));
                    break;
                case "until-close":
                    await peer.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
                    return;
                case "cut":
                    await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    await peer.SendAsync(body.Length == 0 ? "" : $"{body.Length:x}\r\n{body[..(body.Length / 2)]}");
                    return;
                case "early":
                    await peer.SendAsync($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
                    return;
                default:
                    await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
                    break;
            }
        }
    }

    /// <summary>The body in chunks of random sizes.</summary>
    internal static string Chunks(string body, Random random)
    {
        StringBuilder text = new(body.Length + 100);
        for (int at = 0; at < body.Length;)
        {
            int size = Math.Min(body.Length - at, random.Next(1, 60_000));
            text.Append(CultureInfo.InvariantCulture, $"{size:x}\r\n").Append(body, at, size).Append("\r\n");
            at += size;
        }

        return text.Append("0\r\n\r\n").ToString();
    }

    private static string MakeBlock()
    {
        byte[] bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }
}
