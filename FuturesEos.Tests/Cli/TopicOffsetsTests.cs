using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Reading;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace FuturesEos.Tests.Cli;

/// <summary>Offsets that a broker is asked for while it goes away or moves.</summary>
public sealed class TopicOffsetsTests : IDisposable
{
    private static readonly TopicPartition Signals = new("signals", 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eos-offsets-");

    [Fact]
    public async Task a_partition_whose_leader_did_not_answer_is_no_empty_partition()
    {
        await using var kafka = await StartAsync(Faults("ListOffsets", "drop", times: 100));
        using var offsets = await OpenAsync(kafka);
        await Assert.ThrowsAsync<KafkaException>(() => offsets.EndsAsync([Signals], IsolationLevel.ReadCommitted));
    }

    [Fact]
    public async Task a_group_whose_coordinator_moves_is_asked_for_again()
    {
        var moves = Faults("OffsetFetch", "refuse NotCoordinator", times: 3);
        await using var kafka = await StartAsync(moves);
        var reader = new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "readers" };
        using (var consumer = new ConsumerBuilder<Ignore, Ignore>(reader).Build())
            consumer.Commit([new TopicPartitionOffset(Signals, 7)]);
        using var offsets = await OpenAsync(kafka);
        var committed = await offsets.GroupAsync("readers", [Signals]);
        Assert.Equal(7, Assert.Single(committed).Value);
        Assert.Equal(3, moves.Happened.Count);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static FaultPlan Faults(string request, string fault, int times) =>
        FaultPlan.Parse(string.Join(';', Enumerable.Range(1, times).Select(i => $"{request} {i} {fault}")));

    private async Task<EmbeddedKafkaHost> StartAsync(FaultPlan faults)
    {
        var kafka = await EmbeddedKafkaHost.StartAsync(
            new() { DataFolder = _folder.FullName, Faults = faults }, NullLoggerFactory.Instance);
        using var admin =
            new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = Signals.Topic, NumPartitions = 1 }]);
        return kafka;
    }

    private static Task<TopicOffsets> OpenAsync(EmbeddedKafkaHost kafka) =>
        TopicOffsets.OpenAsync(
            new KafkaSettings(kafka.BootstrapServers, new Dictionary<string, string>()),
            TestContext.Current.CancellationToken);
}
