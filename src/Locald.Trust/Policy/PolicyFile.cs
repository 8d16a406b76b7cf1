using System.Text.Json;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>A policy file as its browser reads it.</summary>
internal sealed class PolicyFile
{
    /// <summary>Far more than any administrator writes.</summary>
    private const int Longest = 4 << 20;

    private PolicyFile(string path, byte[] text, JsonValue? root, string? damage, TrustFault fault) =>
        (Path, Text, Root, Damage, Fault) = (path, text, root, damage, fault);

    /// <summary>As the system calls it.</summary>
    public string Path { get; }

    /// <summary>Its bytes; empty where it is not there or cannot be read.</summary>
    public byte[] Text { get; }

    /// <summary>What is in it; null where it is not there, or damaged.</summary>
    public JsonValue? Root { get; }

    /// <summary>Why the browser cannot read it: "is not JSON: line 3, column 14". Null where it can, and where there is no file.</summary>
    public string? Damage { get; private init; }

    public TrustFault Fault { get; private init; }

    /// <summary>What mends the damage, without sudo; null where there is none.</summary>
    public string? Mend { get; private init; }

    /// <param name="machine">Where it lies.</param>
    /// <param name="path">As the system calls it.</param>
    /// <param name="lenient">As for <see cref="JsonValue.Parse"/>.</param>
    public static PolicyFile Read(LinuxMachine machine, string path, bool lenient)
    {
        byte[] text = [];
        try
        {
            FileInfo file = new(machine.At(path));
            if (!file.Exists)
            {
                return new(path, text, null, null, TrustFault.None);
            }

            if (file.Length > Longest)
            {
                return new(path, text, null, $"is larger than {Longest >> 20} MB", TrustFault.StoreDamaged) { Mend = $"ls -l {ShellWord.Quote(path)}" };
            }

            text = File.ReadAllBytes(file.FullName);
            JsonValue root = JsonValue.Parse(text, lenient);
            return new(path, text, root, null, TrustFault.None);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line ? $": line {line + 1}, column {e.BytePositionInLine + 1}" : ": it holds broken characters";
            string editor = e.LineNumber is { } at ? $"vi +{at + 1}" : "vi";
            return new(path, text, null, $"is not JSON{place}", TrustFault.StoreDamaged) { Mend = $"{editor} {ShellWord.Quote(path)}" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, text, null, $"cannot be read: {e.Message.TrimEnd('.')}", TrustFault.NotPermitted) { Mend = $"chmod a+r {ShellWord.Quote(path)}" };
        }
    }

    /// <summary>The same file, found unfit for another reason than its bytes; itself where there is no such reason, or a graver one.</summary>
    /// <param name="damage">What is wrong.</param>
    /// <param name="fault">The same for a script.</param>
    /// <param name="mend">What mends it.</param>
    public PolicyFile With(string? damage, TrustFault fault, string mend) =>
        damage is null || Damage is not null ? this : new(Path, Text, Root, damage, fault) { Mend = mend };
}
