using System.Text;

namespace Locald.Trust;

/// <summary>
/// What a child program says on one pipe. It is read to its end, so that the child never waits for us, and its end is kept: there tools
/// put their complaint.
/// </summary>
internal sealed class OutputTail
{
    /// <summary>Characters. The longest answer that is read, certutil's or keytool's list of a few hundred roots, has a tenth of them.</summary>
    internal const int Kept = 1024 * 1024;

    private readonly StringBuilder _text = new();

    internal OutputTail(StreamReader from) => Reading = ReadAsync(from);

    /// <summary>Ends when the last process that holds the pipe does.</summary>
    internal Task Reading { get; }

    /// <summary>What has come so far.</summary>
    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString(Math.Max(0, _text.Length - Kept), Math.Min(_text.Length, Kept));
        }
    }

    private async Task ReadAsync(StreamReader from)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            lock (_text)
            {
                _text.Append(buffer, 0, read);
                if (_text.Length > 2 * Kept)
                {
                    _text.Remove(0, _text.Length - Kept);
                }
            }
        }
    }
}
