using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The crash walk on Apache Kafka itself.</summary>
[Trait("Category", "Long")]
public sealed class RealKafkaCrashTests(RealKafka kafka) : CrashSuite
{
    protected override Task<string> BootstrapAsync() => kafka.OneNodeAsync();
}
