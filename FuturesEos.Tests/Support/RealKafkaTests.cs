using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace FuturesEos.Tests.Support;

public sealed class RealKafkaTests(RealKafka kafka)
{
    [Fact]
    public async Task one_node_starts_and_takes_a_topic()
    {
        var servers = await kafka.OneNodeAsync();
        var topic = TestNames.Topic("probe");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = 3, ReplicationFactor = 1 }]);
        await Eventually.True(
            () => admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics
                .Any(t => t.Topic == topic && t.Partitions.Count == 3));
    }
}
