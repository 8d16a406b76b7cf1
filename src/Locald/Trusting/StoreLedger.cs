using System.Text;

namespace Locald.Trusting;

/// <summary>
/// Remembers every store that a root of ours was put into (a line of the file <c>stores</c> each, by its id), so that untrust finds it
/// again when nothing else points to it any more: a profile that the browser forgot, a Java of yesterday. While it is open, no other
/// <c>trust</c>, <c>untrust</c> or rotation of this user changes a store; the kernel gives the lock back when its holder dies.
/// </summary>
internal sealed class StoreLedger : IDisposable
{
    /// <summary>A refresh of the system's store may take two minutes, and a person may think at a password prompt.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private const int LongestFile = 1 << 20;

    private readonly Session _session;
    private readonly FileStream _held;
    private readonly SortedSet<string> _ids;

    private StoreLedger(Session session, FileStream held)
    {
        (_session, _held) = (session, held);
        _ids = [.. Read(session)];
    }

    /// <summary>The ids of the stores that hold, or may hold, a root of ours.</summary>
    internal IReadOnlyCollection<string> Ids => _ids;

    private static string File(Session session) => Path.Combine(session.State.Path, "stores");

    /// <summary>Opens it, after whoever else has it open. The state folder must be there.</summary>
    /// <exception cref="UserError">The state folder cannot be written, or the other one does not come to an end.</exception>
    internal static StoreLedger Open(Session session)
    {
        string path = File(session) + ".lock";
        if (Authority.Owner(session) is not null && !System.IO.File.Exists(path))
        {
            // Through the writer that gives files to the user behind sudo.
            Disk.Write(Authority.Owner(session), new NewFile(path, [], UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        for (bool told = false; ; told = true)
        {
            try
            {
                return new(session, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException)
            {
                throw new UserError("changing trust stores", $"{path} may not be written", ExitCode.Permission, $"ls -l {path}");
            }
            catch (IOException error) when (IsHeld(error) && Environment.TickCount64 < end)
            {
                if (!told)
                {
                    session.Terminal.Say("another locald is changing trust stores: waiting for it");
                }

                Thread.Sleep(s_pause);
            }
            catch (IOException error)
            {
                throw IsHeld(error)
                    ? new UserError("changing trust stores", $"another locald has held {path} for {s_patience.TotalMinutes:0} minutes", ExitCode.Failed, "locald doctor")
                    : new UserError("changing trust stores", $"{path}: {error.Message.Split(" : '")[0].TrimEnd('.')}", ExitCode.Failed, $"df -h {session.State.Path}");
            }
        }
    }

    /// <summary>EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION: somebody else's lock, and not a disk that cannot be written.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>The ids, for those who only look.</summary>
    internal static IReadOnlyList<string> Read(Session session)
    {
        try
        {
            FileInfo file = new(File(session));
            return file is { Exists: true, Length: <= LongestFile }
                ? [.. System.IO.File.ReadAllLines(file.FullName).Where(line => line.Length > 0)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The stores that are found by themselves remain.
            return [];
        }
    }

    /// <summary>Notes down before anything is changed, so that a killed run is remembered too.</summary>
    internal void Add(IEnumerable<string> ids)
    {
        int known = _ids.Count;
        _ids.UnionWith(ids);
        if (_ids.Count > known)
        {
            Write();
        }
    }

    internal void Forget(IEnumerable<string> ids)
    {
        int known = _ids.Count;
        _ids.ExceptWith(ids);
        if (_ids.Count < known)
        {
            Write();
        }
    }

    public void Dispose() => _held.Dispose();

    private void Write() => Disk.Write(Authority.Owner(_session), new NewFile(File(_session),
        Encoding.UTF8.GetBytes(string.Concat(_ids.Select(id => id + "\n"))), UnixFileMode.UserRead | UnixFileMode.UserWrite));
}
