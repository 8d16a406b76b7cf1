using System.Text;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Http1;

/// <summary>Writes heads anew from parsed parts: nothing that was not understood is copied.</summary>
internal static class HeadWriter
{
    /// <summary>The request as the upstream gets it: RFC 9110 §7.6, with the Host kept and our word on where it came from.</summary>
    internal static void AppendRequest(OutputBuffer output, RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded)
    {
        output.Append(head.Method);
        output.Append((byte)' ');
        AppendTarget(output, head, target, prefixLength);
        output.Append(" HTTP/1.1\r\nHost: "u8);
        output.Append(head.Authority);
        output.Append("\r\n"u8);
        FieldSection fields = head.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly FieldLine line = ref fields[i];
            if (line.Id is FieldId.Other or FieldId.Via or FieldId.Date)
            {
                AppendField(output, line, head.Bytes);
            }
        }

        AppendFraming(output, fields.Chunked, fields.ContentLength);
        if (head.ExpectContinue && head.BodyKind != BodyKind.None)
        {
            output.Append("Expect: 100-continue\r\n"u8);
        }

        if (head.WantsUpgrade)
        {
            output.Append("Connection: upgrade\r\nUpgrade: "u8);
            output.Append(fields[fields.UpgradeLine].Value(head.Bytes));
            output.Append("\r\n"u8);
        }
        else if (fields.TeTrailers)
        {
            output.Append("Connection: te\r\nTE: trailers\r\n"u8);
        }

        forwarded.Append(output, head);
        output.Append("\r\n"u8);
    }

    /// <summary>An upstream's response as the client gets it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="head">The parsed head.</param>
    /// <param name="bytes">The bytes it was parsed from.</param>
    /// <param name="framing">The body's framing towards the client.</param>
    /// <param name="connection">The value of Connection, or empty.</param>
    /// <param name="answersHead">Whether the request was HEAD.</param>
    internal static void AppendResponse(
        OutputBuffer output, ResponseHead head, ReadOnlySpan<byte> bytes, BodyKind framing, ReadOnlySpan<byte> connection, bool answersHead = false)
    {
        AppendStatus(output, head.Status, head.Reason.Of(bytes));
        FieldSection fields = head.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly FieldLine line = ref fields[i];
            if (line.Id is not (FieldId.Connection or FieldId.HopByHop or FieldId.TransferEncoding or FieldId.ContentLength or FieldId.Upgrade))
            {
                AppendField(output, line, bytes);
            }
        }

        if (!fields.HasDate && !head.IsInformational)
        {
            DateField.Append(output);
        }

        if (head.Status == 101)
        {
            output.Append("Connection: upgrade\r\n"u8);
            if (fields.UpgradeLine >= 0)
            {
                AppendField(output, fields[fields.UpgradeLine], bytes);
            }
        }
        else if (head.Status is >= 200 and not 204)
        {
            // HEAD and 304 tell the length that GET would have had; nothing is said where the upstream said nothing.
            // But HTTP/2 can end a response with its head and without a length.
            bool bare = framing == BodyKind.None && fields is { ContentLength: < 0, Chunked: false } && !answersHead && head.Status != 304;
            AppendFraming(output, framing == BodyKind.Chunked, bare ? 0 : fields.ContentLength);
            AppendConnection(output, connection);
        }
        else if (head.Status == 204)
        {
            AppendConnection(output, connection);
        }

        output.Append("\r\n"u8);
    }

    /// <summary>The head of an answer of our own.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="response">The answer.</param>
    /// <param name="chunked">Whether the body is.</param>
    /// <param name="connection">Connection option to send; empty for none.</param>
    internal static void AppendLocal(OutputBuffer output, LocalResponse response, bool chunked, ReadOnlySpan<byte> connection)
    {
        AppendStatus(output, response.Status, Encoding.ASCII.GetBytes(ReasonPhrases.Of(response.Status)));
        foreach ((string name, string value) in response.Fields)
        {
            output.Append(Encoding.Latin1.GetBytes($"{name}: {value}\r\n"));
        }

        DateField.Append(output);
        AppendFraming(output, chunked, response.Status is 204 or 304 ? -1 : response.Length);
        AppendConnection(output, connection);
        output.Append("\r\n"u8);
    }

    internal static void AppendField(OutputBuffer output, in FieldLine line, ReadOnlySpan<byte> bytes)
    {
        output.Append(line.Name(bytes));
        output.Append(": "u8);
        output.Append(line.Value(bytes));
        output.Append("\r\n"u8);
    }

    private static void AppendStatus(OutputBuffer output, int status, ReadOnlySpan<byte> reason)
    {
        output.Append("HTTP/1.1 "u8);
        output.AppendNumber(status);
        output.Append((byte)' ');
        output.Append(reason);
        output.Append("\r\n"u8);
    }

    private static void AppendFraming(OutputBuffer output, bool chunked, long length)
    {
        if (chunked)
        {
            output.Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (length >= 0)
        {
            output.Append("Content-Length: "u8);
            output.AppendNumber(length);
            output.Append("\r\n"u8);
        }
    }

    private static void AppendConnection(OutputBuffer output, ReadOnlySpan<byte> connection)
    {
        if (connection.Length > 0)
        {
            output.Append("Connection: "u8);
            output.Append(connection);
            output.Append("\r\n"u8);
        }
    }

    private static void AppendTarget(OutputBuffer output, RequestHead head, UpstreamTarget target, int prefixLength)
    {
        target.Split(head.Target, head.Path, prefixLength, out ReadOnlySpan<byte> lead, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> query);
        output.Append(lead);
        output.Append(path);
        output.Append(query);
    }
}
