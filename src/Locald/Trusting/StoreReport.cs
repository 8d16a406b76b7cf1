using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>What was planned for one store and what came of it.</summary>
/// <param name="Store">The store.</param>
/// <param name="Plan">What was to be done; empty where nothing was.</param>
/// <param name="Result">What came of it; null for a dry run.</param>
/// <param name="Strays">Roots of ours that an earlier CA left there.</param>
internal sealed record StoreReport(ITrustStore Store, IReadOnlyList<Step> Plan, StoreResult? Result, IReadOnlyList<StrayRoot> Strays)
{
    /// <summary>The exit code that this store alone would give.</summary>
    internal ExitCode Code => Result switch
    {
        null or { Outcome: not StoreOutcome.Failed } => ExitCode.Done,
        { Fault: TrustFault.NotPermitted } => ExitCode.Permission,
        _ => ExitCode.Failed,
    };

    /// <summary>The root as JSON readers get it, with the member's name before it.</summary>
    internal static void WriteRoot(Utf8JsonWriter json, X509Certificate2? root, string pemFile)
    {
        json.WriteStartObject("root");
        json.WriteString("path", pemFile);
        json.WriteBoolean("exists", root is not null);
        if (root is not null)
        {
            json.WriteString("subject", root.Subject);
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span)));
            json.WriteString("notAfter", root.NotAfter.ToUniversalTime());
        }

        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>An enum's value as JSON readers get it: <c>toolFailed</c>.</summary>
    internal static string Camel(Enum value)
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Camel(Store.Kind));
        json.WriteString("title", Store.Title);
        json.WriteString("outcome", Result is null ? (Plan.Count == 0 ? "already" : "planned") : Camel(Result.Outcome));
        json.WriteStartArray("plan");
        foreach (Step step in Plan)
        {
            json.WriteStartObject();
            json.WriteString("what", step.What);
            json.WriteString("command", step.Command);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Result is not null)
        {
            json.WriteString("detail", Result.Detail);
            json.WriteString("fault", Camel(Result.Fault));
            WriteStrings(json, "hints", Result.Hints);
            WriteStrings(json, "warnings", Result.Warnings);
            if (Result.Snippet is { } snippet)
            {
                json.WriteString("snippet", snippet);
            }
        }

        json.WriteStartArray("strays");
        foreach (StrayRoot stray in Strays)
        {
            json.WriteStartObject();
            json.WriteString("path", stray.Place);
            json.WriteString("subject", stray.Subject);
            json.WriteString("notAfter", stray.NotAfter.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
