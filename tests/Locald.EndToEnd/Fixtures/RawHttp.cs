using System.Text;

namespace Locald.EndToEnd.Fixtures;

/// <summary>Requests and responses byte by byte, over a connection that a test opened.</summary>
public static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task SendAsync(this Stream stream, string text) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    /// <summary>Reads until this text has come. Returns all that came, up to and with it.</summary>
    /// <exception cref="EndOfStreamException">The peer closed before; the message holds what came.</exception>
    public static async Task<string> ReadUntilAsync(this Stream stream, string text)
    {
        StringBuilder seen = new();
        byte[] one = new byte[1];
        while (!seen.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit) == 0)
            {
                throw new EndOfStreamException($"closed before {text}: {seen}");
            }

            seen.Append((char)one[0]);
        }

        return seen.ToString();
    }

    /// <summary>Reads a head, with the empty line that ends it.</summary>
    public static Task<string> ReadHeadAsync(this Stream stream) => stream.ReadUntilAsync("\r\n\r\n");

    /// <summary>Reads until the peer closes, or breaks off. Returns all that came.</summary>
    public static async Task<string> ReadToEndAsync(this Stream stream)
    {
        StringBuilder seen = new();
        byte[] buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit)) > 0)
            {
                seen.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset: what came before it was already answered.
        }

        return seen.ToString();
    }
}
