using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>The engine on Apache Kafka itself.</summary>
[Trait("Category", "Long")]
public sealed class RealKafkaEngineTests(RealKafka kafka) : EngineSuite
{
    protected override Task<string> BootstrapAsync() => kafka.OneNodeAsync();
}
