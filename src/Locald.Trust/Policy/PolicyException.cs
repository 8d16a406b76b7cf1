namespace Locald.Trust.Policy;

/// <summary>A policy file that cannot be read, and so is not changed.</summary>
internal sealed class PolicyException(string why) : Exception(why);
