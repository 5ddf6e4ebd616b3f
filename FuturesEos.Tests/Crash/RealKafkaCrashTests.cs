using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The crash walk on Apache Kafka itself: three nodes, three replicas, two in sync.</summary>
[Trait("Category", "Long")]
public sealed class RealKafkaCrashTests(RealKafka kafka) : CrashSuite
{
    protected override Task<string> BootstrapAsync() => kafka.ThreeNodesAsync();
}
