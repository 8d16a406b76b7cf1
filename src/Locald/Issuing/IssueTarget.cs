using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Issuing;

/// <summary>The files that a certificate goes to.</summary>
internal abstract record IssueTarget
{
    /// <summary>What each file is, in one word, and its absolute path.</summary>
    internal abstract IReadOnlyList<(string What, string Path)> Files { get; }

    /// <exception cref="UserError">A file cannot be written.</exception>
    internal abstract void Write(X509Certificate2 leaf, X509Certificate2 root, FileOwner? owner);
}
