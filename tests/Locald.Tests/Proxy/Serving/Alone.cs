namespace Locald.Tests.Proxy.Serving;

/// <summary>For tests that count what the whole process does: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
