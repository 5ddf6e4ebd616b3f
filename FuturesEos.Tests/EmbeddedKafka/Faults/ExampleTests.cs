using Confluent.Kafka;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Faults;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Faults;

public class CommitTests
{
    [Fact]
    public async Task a_commit_whose_answer_is_lost_is_a_commit_once()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        await using var kafka = await EmbeddedKafkaHost.StartAsync(
            new() { DataFolder = folder, Faults = FaultPlan.Parse("EndTxn 1 drop") }, NullLoggerFactory.Instance);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new() { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }]);
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = "example" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(10));
        producer.BeginTransaction();
        await producer.ProduceAsync("orders", new() { Value = "buy" });
        producer.CommitTransaction(TimeSpan.FromSeconds(10)); // librdkafka asks again, and is told it was done
        using var consumer = new ConsumerBuilder<Null, string>(
            new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "example" }).Build();
        var end = consumer.QueryWatermarkOffsets(new("orders", 0), TimeSpan.FromSeconds(10)).High;
        Assert.Equal(2, end.Value); // the record and its marker
        Directory.Delete(folder, recursive: true);
    }
}
