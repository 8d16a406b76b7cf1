namespace Locald.Doctor.Probe;

/// <summary>Finds a client's program.</summary>
internal static class ClientSearch
{
    /// <returns>Its path, or null where it is not here, or where what is here would open a dialog that offers to install it.</returns>
    internal static string? Find(ClientProgram client, Session session)
    {
        string name = OperatingSystem.IsWindows() ? $"{client.Program}.exe" : client.Program;
        return PathSearch.Find(name, session) is { } path && !IsPlaceholder(path) ? path : null;
    }

    /// <summary>macOS has programs of these names that stand for what is not installed, and ask whether it should be.</summary>
    private static bool IsPlaceholder(string path) => OperatingSystem.IsMacOS() && path switch
    {
        "/usr/bin/python3" => !Directory.Exists("/Library/Developer/CommandLineTools") && !Directory.Exists("/Applications/Xcode.app"),
        "/usr/bin/java" => !Directory.Exists("/Library/Java/JavaVirtualMachines"),
        _ => false,
    };
}
