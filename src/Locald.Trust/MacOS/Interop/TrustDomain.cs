namespace Locald.Trust.MacOS.Interop;

/// <summary>SecTrustSettingsDomain: for whom a trust setting holds.</summary>
internal enum TrustDomain : uint
{
    User = 0,

    /// <summary>Every user of the machine; an administrator sets it.</summary>
    Admin = 1,
}
