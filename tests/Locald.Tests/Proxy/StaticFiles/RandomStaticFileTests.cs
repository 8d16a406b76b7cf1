using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Locald.Proxy.Routing;
using Locald.Proxy.StaticFiles;

namespace Locald.Tests.Proxy.StaticFiles;

/// <summary>What a request says of a file: its path, a range, conditions. Each is held against its rules read once more.</summary>
[Trait("Inputs", "Random")]
public sealed partial class RandomStaticFileTests
{
    private const string Root = "/srv/site";
    private static readonly Validators File = Validators.Of(new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), 1000, new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_path_stays_below_its_folder_and_is_decoded_once()
    {
        string[] tokens = ["/", "//", ".", "..", "/../", "%2e", "%2E%2e", "%2f", "%5c", "%5C", "\\", "%00", "%", "%4", "%zz", "%25", "%252e", "%c3%a9", "%c3", "\u00c3\u00a9", "\u00ff", "\0", "%7f", ":", " ", "~", ".well-known"];
        double accepted = RandomInputs.Run(["/index.html", "/a/b/c.js", "/", "/docs/", "/.well-known/x", "/%C3%A9/a%20b"], tokens, (bytes, _) =>
        {
            string path = Encoding.Latin1.GetString(bytes);
            StaticPathOutcome outcome = StaticPath.Read(path, out string relative);
            Assert.Equal(HasDotSegment(path), UriText.HasDotSegment(bytes));
            if (outcome != StaticPathOutcome.Fine)
            {
                Assert.Equal("", relative);
                return false;
            }

            string full = Path.GetFullPath(Path.Combine(Root, relative));
            Assert.True(full == Root || full.StartsWith(Root + "/", StringComparison.Ordinal), full);
            Assert.DoesNotContain(relative, c => char.IsControl(c) || c == '\\');
            Assert.DoesNotContain("/.", ("/" + relative).Replace("/.well-known", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(path.Trim('/'), string.Join('/', path.Trim('/').Split('/').Where(s => s.Length > 0)));
            Assert.Equal(Decode(path).Trim('/'), relative);
            Assert.False(UriText.HasDotSegment(bytes));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    [Fact]
    public void A_range_is_what_the_specification_says_and_inside_the_file()
    {
        double accepted = RandomInputs.Run(["bytes=0-499", "bytes=500-", "bytes=-500", "BYTES= 5-5 ", "bytes=0-0"], ["-", "--", ",", "bytes=", " ", "=", "0", "9", "9223372036854775808", "\u00b2", "+1"], (bytes, random) =>
        {
            string field = Encoding.Latin1.GetString(bytes);
            long size = random.Next(6) switch { 0 => random.NextInt64(), 1 => 0, 2 => 499 + random.Next(3), 3 => 6, _ => random.Next(1000) };
            RangeOutcome outcome = ByteRange.Read(field, size, out long offset, out long length);
            Match match = OneRange().Match(field);
            BigInteger? first = Number(match.Groups[1].Value), last = Number(match.Groups[2].Value);
            if (!match.Success || size == 0 || (first is null && last is null) || last < first)
            {
                Assert.Equal((RangeOutcome.Whole, 0, size), (outcome, offset, length));
                return false;
            }

            (BigInteger from, BigInteger to) = first is null ? (BigInteger.Max(0, size - last!.Value), size) : (first.Value, BigInteger.Min((last ?? size) + 1, size));
            if (from >= size)
            {
                Assert.Equal(RangeOutcome.Unsatisfiable, outcome);
                return false;
            }

            Assert.Equal((RangeOutcome.Part, from, to - from), (outcome, offset, length));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    [Fact]
    public void Conditions_on_a_file_are_judged_as_the_specification_says()
    {
        string later = "Sat, 03 Jan 2026 00:00:00 GMT";
        string[] seeds = [File.Tag, "W/" + File.Tag, "*", "\"a\", " + File.Tag, "W/\"b\" ,\"c\"", File.LastModified, later, "Thu, 01 Jan 2026 00:00:00 GMT", "Sunday, 04-Jan-26 00:00:00 GMT"];
        double accepted = RandomInputs.Run(seeds, ["\"", "W/", ",", "*", " ", "\t", File.Tag, File.LastModified, "GMT", "2026", "\0", "\u00ff", "99"], (bytes, random) =>
        {
            string value = Encoding.Latin1.GetString(bytes);
            string name = ((string[])["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"])[random.Next(4)];
            string[] members = [.. value.Split(',').Select(m => m.Trim())];
            bool any = value.Trim() == "*", strongly = members.Contains(File.Tag), weakly = strongly || members.Contains("W/" + File.Tag);
            DateTimeOffset? date = Date(value);
            int expected = name switch
            {
                "if-match" => any || strongly ? 200 : 412,
                "if-none-match" => any || weakly ? 304 : 200,
                "if-modified-since" => date >= File.Modified ? 304 : 200,
                _ => date < File.Modified ? 412 : 200,
            };
            Assert.Equal(expected, File.Judge(n => n == name ? value : null));
            Assert.Equal(value == File.Tag || (!value.Contains('"') && date == File.Modified), File.AllowRange(value));
            return expected == 200;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    /// <summary>As IMF-fixdate (RFC 9110 §5.6.7), the only form that is read.</summary>
    private static DateTimeOffset? Date(string text)
    {
        Match match = FixDate().Match(text);
        int month = match.Success ? 1 + Array.IndexOf(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, match.Groups[3].Value) : 0;
        int[] parts = [.. match.Groups.Values.Skip(4).Select(g => match.Success ? int.Parse(g.Value, CultureInfo.InvariantCulture) : 0)];
        int day = match.Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        if (month == 0 || parts[0] == 0 || parts[1] > 23 || parts[2] > 59 || parts[3] > 59 || day == 0 || day > DateTime.DaysInMonth(parts[0], month))
        {
            return null;
        }

        DateTimeOffset date = new(parts[0], month, day, parts[1], parts[2], parts[3], TimeSpan.Zero);
        return date.DayOfWeek.ToString()[..3] == match.Groups[1].Value ? date : null;
    }

    /// <summary>Beyond every file is as far as it counts.</summary>
    private static BigInteger? Number(string digits) => digits.Length > 0 ? BigInteger.Min(long.MaxValue, BigInteger.Parse(digits, CultureInfo.InvariantCulture)) : null;

    private static bool HasDotSegment(string path) => Decode(path).Split('/', '\\').Any(s => s is "." or "..");

    /// <summary>Percent-encoding taken off once, then read as UTF-8 where it is that, else byte by byte.</summary>
    private static string Decode(string path)
    {
        string plain = Escape().Replace(path, m => ((char)Convert.ToInt32(m.Value[1..], 16)).ToString());
        byte[] bytes = Encoding.Latin1.GetBytes(plain);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : plain;
    }

    [GeneratedRegex(@"\A[bB][yY][tT][eE][sS]=\s*([0-9]*)-([0-9]*)\s*\z")]
    private static partial Regex OneRange();

    [GeneratedRegex(@"\A(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT\z")]
    private static partial Regex FixDate();

    [GeneratedRegex("%[0-9a-fA-F]{2}")]
    private static partial Regex Escape();
}
