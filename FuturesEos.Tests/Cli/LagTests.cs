using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public sealed class LagTests(EmbeddedBroker kafka) : IClassFixture<EmbeddedBroker>
{
    [Fact]
    public async Task lag_shows_every_partition_of_a_groups_topics_committed_or_not()
    {
        using var admin = new AdminClientBuilder(
            new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "signals", NumPartitions = 3 }]);
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await producer.ProduceAsync(new TopicPartition("signals", 2), new Message<Null, string> { Value = "one" });
        var reader = new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "readers" };
        using (var consumer = new ConsumerBuilder<Ignore, Ignore>(reader).Build())
            consumer.Commit([new TopicPartitionOffset("signals", 0, 0)]);

        var (code, data, talk) = await EosProgram.RunAsync(
            "lag", "--json", "--bootstrap-servers", kafka.BootstrapServers);
        Assert.True(code == 0, talk);
        var lags = JsonDocument.Parse(data).RootElement.GetProperty("lags").EnumerateArray()
            .Where(lag => lag.GetProperty("group").GetString() == "readers")
            .Select(lag => (lag.GetProperty("partition").GetInt32(), lag.GetProperty("committed").ToString(),
                lag.GetProperty("records").GetInt64()));
        Assert.Equal([(0, "0", 0), (1, "", 0), (2, "", 1)], lags);
    }
}
