using Locald.Trust;

namespace Locald;

/// <summary>Everything outside the program that a command touches, so that a test can hand it another.</summary>
public sealed record Session
{
    private StateFolder? _state;
    private string? _workingFolder;

    public required Terminal Terminal { get; init; }

    /// <summary>Reads an environment variable: null where it is unset or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Every variable, as a command that we start shall have it.</summary>
    public IReadOnlyDictionary<string, string> Inherited { get; init; } = new Dictionary<string, string>();

    /// <summary>Looked up when first asked for: help and version work where there is no home folder.</summary>
    /// <exception cref="UserError">No home folder is known, or a newer version made what is there.</exception>
    public StateFolder State
    {
        get => _state ??= StateFormat.Known(StateFolder.Find(Variable, Owner, Home));
        init => _state = value;
    }

    /// <summary>The folder that relative paths start from.</summary>
    /// <exception cref="UserError">It was deleted under our feet.</exception>
    public string WorkingFolder
    {
        get => _workingFolder ??= FindWorkingFolder();
        init => _workingFolder = value;
    }

    /// <summary>Finds the file of the system's own roots; null where there is none.</summary>
    public Func<string?> SystemBundle { get; init; } = ClientTrust.SystemRoots.Bundle;

    /// <summary>Finds the trust stores of the machine, the system's first.</summary>
    public Func<TrustContext, IReadOnlyList<ITrustStore>> TrustStores { get; init; } = Trust.TrustStores.Find;

    /// <summary>Finds one trust store by its id; gives null where there is none.</summary>
    public Func<string, TrustContext, ITrustStore?> TrustStoreById { get; init; } = Trust.TrustStores.FromId;

    /// <summary>Where the resolver of this machine looks first.</summary>
    public string HostsFile { get; init; } = Hosts.HostsFile.SystemPath;

    /// <summary>Under sudo, the user that it runs for.</summary>
    public StateOwner? Owner => StateOwner.BehindSudo(Variable);

    /// <summary>
    /// Home folder of the user whose things these are; null where none is known. A service, cron or <c>env -i</c> may start us
    /// without HOME: the browsers that this user starts from a desktop have one.
    /// </summary>
    public string? Home => Owner?.Home ?? Variable("HOME") ?? Passwd.OwnHome();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Session ForProcess()
    {
        static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        return new() { Terminal = Terminal.ForProcess(), Variable = Variable, Inherited = NativeStart.Inherited };
    }

    private static string FindWorkingFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            throw new UserError("finding the current folder", "it does not exist any more", ExitCode.Failed, "cd");
        }
    }
}
