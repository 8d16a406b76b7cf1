using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>
/// Builds HTML out of interpolated strings: what is written in the source is markup, what is put into it is text and is escaped.
/// There is no way to forget it.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    internal void Append(Markup markup) => _text.Append(markup.Text);

    public override string ToString() => _text.ToString();

    /// <summary>Markup of our own that is put in as it is.</summary>
    internal sealed record Asset(string Text);

    [InterpolatedStringHandler]
    internal readonly ref struct Markup(int literalLength, int holes)
    {
        internal StringBuilder Text { get; } = new(literalLength + (holes * 16));

        public void AppendLiteral(string markup) => Text.Append(markup);

        public void AppendFormatted(string? text) => Text.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(int number) => Text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(Asset asset) => Text.Append(asset.Text);
    }
}
