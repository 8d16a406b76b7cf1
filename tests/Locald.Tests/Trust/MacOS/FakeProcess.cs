namespace Locald.Tests.Trust.MacOS;

/// <summary>As whom the process runs that calls the fake frameworks.</summary>
internal enum FakeProcess
{
    Person,
    Root,

    /// <summary>Root, for the person who called sudo.</summary>
    Sudo,
}
