using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.State;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>A broker that goes away while it is asked for offsets: that is no empty partition, and no lost changelog.</summary>
public class ListedOffsetsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task a_partition_whose_leader_did_not_answer_has_no_offset()
    {
        var folder = Directory.CreateTempSubdirectory("eos-offsets-");
        try
        {
            var drops = string.Join(';', Enumerable.Range(1, 100).Select(i => $"ListOffsets {i} drop"));
            await using var kafka = await EmbeddedKafkaHost.StartAsync(
                new() { DataFolder = folder.FullName, Faults = FaultPlan.Parse(drops) }, NullLoggerFactory.Instance);
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
            await admin.CreateTopicsAsync([new TopicSpecification { Name = "changelog", NumPartitions = 1 }]);
            var changelog = new Confluent.Kafka.TopicPartition("changelog", 0);
            Assert.Throws<KafkaException>(object? () => ListedOffsets.Ask(admin, [changelog], OffsetSpec.Latest(), IsolationLevel.ReadCommitted, Limit));
            Assert.Throws<KafkaException>(object? () => ChangelogBounds.Ask(admin, [changelog]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
