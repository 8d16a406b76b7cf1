using System.Buffers;
using System.Threading.Channels;

namespace Locald.Proxy.Logging;

/// <summary>Takes lines from the queue, formats them, and writes as many at once as are there.</summary>
internal sealed class LogWriter(ChannelReader<LogLine> lines, Stream output, LogFormat format, bool colour, TimeProvider clock, Func<long> takeDropped)
{
    private const int BatchSize = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _batch = new(2 * BatchSize);
    private readonly TextLine _text = new(colour, clock.LocalTimeZone);
    private bool _broken;

    /// <summary>Returns when the queue is complete and empty. Blocks its thread while there is nothing to do or the output is slow.</summary>
    internal void Run()
    {
        while (lines.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (lines.TryRead(out LogLine line))
            {
                Append(line);
                if (_batch.WrittenCount >= BatchSize)
                {
                    Flush();
                }
            }

            ReportDropped();
            Flush();
        }

        ReportDropped();
        Flush();
    }

    private void ReportDropped()
    {
        if (takeDropped() is > 0 and var dropped)
        {
            Append(LogLine.Lost(clock.GetUtcNow(), dropped));
        }
    }

    private void Append(in LogLine line)
    {
        if (format == LogFormat.Json)
        {
            JsonLine.Write(_batch, line);
        }
        else
        {
            _text.Write(_batch, line);
        }
    }

    /// <summary>A reader that went away (<c>locald serve | head</c>) ends the log, not the server.</summary>
    private void Flush()
    {
        try
        {
            if (!_broken && _batch.WrittenCount > 0)
            {
                output.Write(_batch.WrittenSpan);
                output.Flush();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _broken = true;
        }

        _batch.ResetWrittenCount();
    }
}
