namespace Locald.Proxy.Logging;

/// <summary>What a log line is written as.</summary>
public enum LogFormat
{
    /// <summary>For a person: local time, aligned.</summary>
    Text,

    /// <summary>For a program: one JSON object a line, time in UTC.</summary>
    Json,
}
