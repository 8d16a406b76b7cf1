using System.Text.RegularExpressions;

namespace Locald.EndToEnd.Documentation;

/// <summary>What differs between two runs of the same commands, and nothing else: it is taken out before a transcript is compared.</summary>
internal static class Unstable
{
    private static readonly (Regex What, string Word)[] s_parts =
    [
        (new(@"\bpid \d+"), "pid N"),
        (new(@"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "TIME"),
        (new(@"\b20\d\d-\d\d-\d\d\b"), "DATE"),
        (new(@"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d 20\d\d GMT\b"), "TIME"),
        (new(@"\b\d\d:\d\d:\d\d(\.\d+)?\b"), "TIME"),
        (new(@"\b\d+ seconds? ago\b|\bjust now\b"), "AGO"),
        (new(@" +\d+\.\d+ms\b"), " DURATION"),
        (new(@" +\d+(\.\d+)?k?B\b"), " SIZE"),
        (new(@"\blinux-(x64|arm64)\b"), "RID"),
        (new(@"\bNSS \d+(\.\d+)*"), "NSS VERSION"),
        (new(@"\b[a-z0-9]{8}\.default-esr\b"), "PROFILE"),
        (new(@"\bjava-\d+-openjdk-\w+"), "JAVA"),

        // Sources without git know none.
        (new(@"^ *""commit"": ""[0-9a-f]{40}"",\n", RegexOptions.Multiline), ""),

        // The root's random tag, a name by its hash, a fingerprint.
        (new(@"(?<![0-9A-Za-z])(?=[0-9A-Fa-f]*\d)([0-9a-f]{8,}|[0-9A-F]{64})(\.0)?(?![0-9A-Za-z])"), "HEX"),

        // A port that `locald run` found, and one of a client.
        (new(@"(?<![\d.])\d{5}(?![\d.])"), "PORT"),
        (new(@"(?<![\d.])\d+\.\d+\.\d+(?![\d.])"), "VERSION"),

        // Columns are as wide as what was just taken out.
        (new(@"(?<=\S) {2,}"), "  "),
    ];

    public static string Without(string text) => s_parts.Aggregate(text, (left, part) => part.What.Replace(left, part.Word));
}
