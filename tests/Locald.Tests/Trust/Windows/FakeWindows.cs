using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.Windows;

namespace Locald.Tests.Trust.Windows;

/// <summary>A Windows of lists in memory: what it answers, whom it asks, and what it does not do.</summary>
internal sealed class FakeWindows : IRootStores
{
    private readonly Dictionary<(StoreName, StoreLocation), List<byte[]>> _lists = [];

    public bool UserRootsForbidden { get; set; }

    public bool Elevated { get; set; }

    public bool Attended { get; set; } = true;

    public bool Automated { get; set; }

    public TrustScope Scope { get; set; }

    public string? RootFile { get; set; } = @"C:\Users\me\AppData\Local\locald\ca\root.pem";

    public Func<string, X509Certificate2>? Mint { get; set; }

    /// <summary>What Windows' verifier has against a leaf.</summary>
    public string? Refusal { get; set; }

    /// <summary>The code that each change ends with.</summary>
    public int? ChangeError { get; set; }

    /// <summary>The code that each look ends with.</summary>
    public int? ListError { get; set; }

    /// <summary>Whether changes are reported as done and are not.</summary>
    public bool Forgetful { get; set; }

    /// <summary>While it is not set, the security warning is not answered.</summary>
    public ManualResetEventSlim Answered { get; } = new(initialState: true);

    public List<string> Changes { get; } = [];

    public WindowsRootStore Store => new(this,
        new(Elevated, Attended, Automated) { DialogLimit = TimeSpan.FromMilliseconds(200), CallLimit = TimeSpan.FromMilliseconds(200) },
        new(null, _ => null) { Scope = Scope, RootFile = RootFile, MintProbe = Mint });

    public List<byte[]> this[StoreLocation location, StoreName name = StoreName.Root]
    {
        get
        {
            _lists.TryAdd((name, location), []);
            return _lists[(name, location)];
        }
    }

    public IReadOnlyList<byte[]> List(StoreName name, StoreLocation location) => ListError is { } code ? throw Error(code) : this[location, name];

    public void Add(StoreLocation location, X509Certificate2 root) => Change("add", location, () => this[location].Add(root.RawData));

    public void Remove(StoreLocation location, X509Certificate2 root) =>
        Change("remove", location, () => this[location].RemoveAll(der => der.AsSpan().SequenceEqual(root.RawData)));

    public string? Objection(X509Certificate2 leaf, X509Certificate2 root) => Refusal;

    private void Change(string verb, StoreLocation location, Action change)
    {
        lock (Changes)
        {
            Changes.Add($"{verb} {location}");
        }

        Answered.Wait(TimeSpan.FromSeconds(30));
        if (ChangeError is { } code)
        {
            throw Error(code);
        }

        if (!Forgetful)
        {
            change();
        }
    }

    private static CryptographicException Error(int code) => new("Something of Windows.") { HResult = code };
}
