namespace Locald.ClientTrust;

/// <summary>What a client's variable names.</summary>
internal enum TrustFile
{
    /// <summary>No file: the variable is a switch.</summary>
    None,

    /// <summary>Roots that replace the client's own: the bundle of the system's and ours.</summary>
    Bundle,

    /// <summary>A root that joins the client's own.</summary>
    Root,
}

/// <summary>An environment variable that makes a client trust our root.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">What it points to.</param>
internal sealed record ClientVariable(string Name, TrustFile File)
{
    /// <summary>
    /// Clients that look into no system store, or into another than the one that was trusted. pip is not here: it obeys
    /// <c>REQUESTS_CA_BUNDLE</c>. Deno's <c>DENO_TLS_CA_STORE</c> is not: it would replace Deno's roots, which <c>DENO_CERT</c> leaves alone.
    /// </summary>
    internal static readonly IReadOnlyList<ClientVariable> All =
    [
        new("SSL_CERT_FILE", TrustFile.Bundle),        // OpenSSL and what is built on it: Python, Ruby, PHP, Go and .NET on Linux
        new("NODE_EXTRA_CA_CERTS", TrustFile.Root),    // every Node; read once at its start
        new("NODE_USE_SYSTEM_CA", TrustFile.None),     // Node 22.19, 24.6 and later
        new("REQUESTS_CA_BUNDLE", TrustFile.Bundle),   // Python requests, which brings its own roots
        new("CURL_CA_BUNDLE", TrustFile.Bundle),
        new("GIT_SSL_CAINFO", TrustFile.Bundle),
        new("AWS_CA_BUNDLE", TrustFile.Bundle),
        new("DENO_CERT", TrustFile.Root),
    ];

    /// <summary>The value that adds our root and takes away none that the user's own setting names.</summary>
    /// <param name="ambient">What the variable is now; null where it is unset.</param>
    /// <param name="root">Path of the root's PEM file.</param>
    /// <param name="bundle">Path of the bundle, which holds the roots of the user's own settings too.</param>
    internal string Value(string? ambient, string root, string bundle) => File switch
    {
        TrustFile.None => "1",
        TrustFile.Root when ambient is null || ambient == root => root,
        _ => bundle,
    };
}
