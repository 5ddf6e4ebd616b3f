using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>On Apache Kafka itself.</summary>
[Trait("Category", "Long")]
public sealed class RealKafkaLateEndOfTransactionTests(RealKafka kafka) : LateEndOfTransactionSuite
{
    protected override Task<string> BootstrapAsync() => kafka.ThreeNodesAsync();
}
