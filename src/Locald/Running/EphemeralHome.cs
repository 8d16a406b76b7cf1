namespace Locald.Running;

/// <summary>A state folder for one run: its own root, its own instance, and nothing left of either.</summary>
internal sealed class EphemeralHome : IDisposable
{
    /// <summary>Nobody else may read what is in it: the folder is made with mode 0700.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-").FullName;

    /// <summary>The session as it is with that folder as <c>LOCALD_HOME</c>.</summary>
    internal Session Of(Session session) => session with
    {
        State = new(_folder, session.Owner),
        Variable = name => name == "LOCALD_HOME" ? _folder : session.Variable(name),
        Inherited = new Dictionary<string, string>(session.Inherited) { ["LOCALD_HOME"] = _folder },
    };

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The system's own cleaning of its temporary folder takes what is left.
        }
    }
}
