using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>
/// The heart: owns the root and its key, and makes a leaf for any name that may have one. Every member may be used from several threads.
/// </summary>
public sealed class CertManager : IDisposable
{
    private readonly RootFolder _files;
    private readonly TimeProvider _clock;
    private volatile Issuer _issuer;
    private long _lookAt;

    private CertManager(RootFolder files, Root root, TimeProvider clock)
    {
        _files = files;
        _clock = clock;
        _issuer = new(root, clock);
        _lookAt = Environment.TickCount64 + LookEvery;
    }

    /// <summary>The root's certificate, without its key.</summary>
    public X509Certificate2 Root => _issuer.Root.Certificate;

    /// <summary>The root's certificate as a PEM file, for clients that take one.</summary>
    public string RootPemPath => _files.CertificatePath;

    public DateTimeOffset RootExpiresAt => Root.NotAfter;

    /// <summary>Whether the root has less than a year before it.</summary>
    public bool RootIsAging => IsAging(Root, _clock);

    /// <summary>Whether a root has less than a year before it: time to say so.</summary>
    public static bool IsAging(X509Certificate2 root, TimeProvider clock) => root.NotAfter - clock.GetUtcNow() < Limits.RootWarning;

    private static long LookEvery => (long)Limits.RootLook.TotalMilliseconds;

    /// <summary>Opens the root in the folder; makes folder and root where there are none.</summary>
    /// <param name="folder">Absolute path of a folder for the root alone.</param>
    /// <param name="owner">Under sudo, whose the new files become.</param>
    /// <param name="clock">The time, where a test sets its own.</param>
    /// <exception cref="RootException">The root cannot be used or made; nothing that was there is changed.</exception>
    public static CertManager Open(string folder, FileOwner? owner = null, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        RootFolder files = new(folder, owner, clock);
        return new CertManager(files, files.LoadOrCreate(), clock);
    }

    /// <summary>Opens the root in the folder and never makes one.</summary>
    /// <returns>Null where there is none yet.</returns>
    /// <exception cref="RootException">There is a root, and it cannot be used.</exception>
    public static CertManager? OpenExisting(string folder, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        RootFolder files = new(folder, owner: null, clock);
        return files.Load() is { } root ? new CertManager(files, root, clock) : null;
    }

    /// <summary>The root's certificate alone, whatever may be wrong with its key, its dates or its profile: enough to look for it in trust stores.</summary>
    /// <param name="folder">As for <see cref="Open"/>.</param>
    /// <param name="path">The file that holds it, or would.</param>
    /// <returns>Null where there is none yet.</returns>
    /// <exception cref="RootException">There is a file that cannot be read, or that is no certificate.</exception>
    public static X509Certificate2? ReadRoot(string folder, out string path)
    {
        RootFolder files = new(folder, owner: null, TimeProvider.System);
        path = files.CertificatePath;
        return files.LoadCertificate();
    }

    /// <summary>
    /// The certificate, with its key, for a client that asks for the name. It stays ours: do not dispose of it. Where another root took
    /// the place of ours (<see cref="RootRotation"/>), it is of that one, within a moment.
    /// </summary>
    /// <param name="serverName">The SNI; empty or null, <c>localhost</c> and a loopback address all give the leaf of this machine.</param>
    /// <returns>Null for every name that is not well-formed and under <c>.localhost</c> (TLS: unrecognized_name); nothing is kept of it.</returns>
    public X509Certificate2? Leaf(string? serverName)
    {
        LeafCache leaves = Current().Leaves;
        if (string.IsNullOrEmpty(serverName) || ServerName.IsLoopbackAddress(serverName, out _))
        {
            return leaves.Get(ServerName.Localhost);
        }

        Span<char> lower = stackalloc char[Limits.Name];
        return ServerName.Parse(ServerName.ToAscii(serverName), lower, out int length) == NameFault.None ? leaves.Get(lower[..length]) : null;
    }

    /// <summary>A certificate for tools that want files, which is not kept. The caller disposes of it.</summary>
    /// <param name="names">At least one: <c>localhost</c>, names under it, wildcards below those, loopback addresses.</param>
    /// <param name="life">How long it is valid; ends with the root's life at the latest.</param>
    /// <returns>The certificate with an exportable key.</returns>
    /// <exception cref="NameException">One of the names gets no certificate.</exception>
    public X509Certificate2 Mint(IReadOnlyList<string> names, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        return Current().Mint.Make(names.Select(ServerName.Canonical).Distinct(), life);
    }

    /// <summary>Writes a public file into the root's folder, in turn with other processes.</summary>
    /// <exception cref="RootException">The folder cannot be written.</exception>
    public void WriteBeside(string name, byte[] content) => _files.WriteBeside(name, content);

    public void Dispose()
    {
        _issuer.Dispose();

        // Leaves that made room for others, or that a root of before made, are the collector's to dispose of, since handshakes held them.
        // On Windows each has its key in a file until then, and no finalizer runs when a process ends.
        if (OperatingSystem.IsWindows())
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>The root in use, after a look at its file where the last one is long ago. One caller looks, the others go on.</summary>
    private Issuer Current()
    {
        long due = Interlocked.Read(ref _lookAt);
        long now = Environment.TickCount64;
        if (now >= due && Interlocked.CompareExchange(ref _lookAt, now + LookEvery, due) == due)
        {
            Look();
        }

        return _issuer;
    }

    /// <summary>
    /// Takes over what is there now. The old issuer is left to the collector: handshakes hold its leaves. A root that cannot be used
    /// changes nothing; the next look tries again.
    /// </summary>
    private void Look()
    {
        try
        {
            using X509Certificate2? present = _files.LoadCertificate();
            if (present is not null && !present.RawDataMemory.Span.SequenceEqual(Root.RawDataMemory.Span) && _files.Load() is { } root)
            {
                _issuer = new(root, _clock);
            }
        }
        catch (RootException)
        {
            // Damaged, or gone: certificates of the root that we have are better than none.
        }
    }
}
