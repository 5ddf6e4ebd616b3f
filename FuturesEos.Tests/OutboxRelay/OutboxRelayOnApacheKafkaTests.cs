using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>The same on Apache Kafka.</summary>
[Trait("Category", "Long")]
public sealed class OutboxRelayOnApacheKafkaTests(PostgresForTests postgres, RealKafka kafka)
    : OutboxRelayTests(postgres)
{
    protected override Task<string> KafkaAsync() => kafka.OneNodeAsync();
}
