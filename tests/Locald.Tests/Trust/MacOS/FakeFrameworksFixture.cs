using System.Runtime.Versioning;

namespace Locald.Tests.Trust.MacOS;

/// <summary>There is one library of fake frameworks in the process, so what uses it runs one after the other.</summary>
[CollectionDefinition(Name)]
[SupportedOSPlatform("linux")]
public sealed class FakeFrameworksFixture : ICollectionFixture<FakeFrameworks>
{
    public const string Name = "fake frameworks";
}
