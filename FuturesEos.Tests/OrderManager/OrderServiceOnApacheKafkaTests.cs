using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>The same on Apache Kafka.</summary>
[Trait("Category", "Long")]
public sealed class OrderServiceOnApacheKafkaTests(PostgresForTests postgres, RealKafka kafka)
    : OrderServiceTests(postgres)
{
    protected override Task<string> KafkaAsync() => kafka.OneNodeAsync();
}
