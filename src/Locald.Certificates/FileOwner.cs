namespace Locald.Certificates;

/// <summary>The user to whom new files and folders are given: under sudo the one who called it, not root.</summary>
public sealed record FileOwner(int Uid, int Gid);
