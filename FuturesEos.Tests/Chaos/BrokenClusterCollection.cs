using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>The tests that break three brokers: one after the other, and no other test beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrokenClusterCollection : ICollectionFixture<BrokenCluster>
{
    public const string Name = "broken cluster";
}
