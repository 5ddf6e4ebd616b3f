using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Protocol 2 of transactions (KIP-890) on the wire, beside librdkafka, which has protocol 1 only.</summary>
public class SecondProtocolTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Java_clients_are_told_of_it()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var connection = await ConnectAsync(broker);
        var offered = await connection.SendAsync<ApiVersionsRequest, ApiVersionsResponse>(
            new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 4);
        var final = Assert.Single(offered.FinalizedFeatures);
        Assert.Equal(("transaction.version", 2, 2), (final.Name, final.MinVersionLevel, final.MaxVersionLevel));
        var supported = Assert.Single(offered.SupportedFeatures);
        Assert.Equal(("transaction.version", 0, 2), (supported.Name, supported.MinVersion, supported.MaxVersion));
        Assert.True(offered.FinalizedFeaturesEpoch >= 0);
    }

    [Fact]
    public async Task an_end_that_was_delayed_on_its_way_does_not_end_the_next_transaction()
    {
        await using var broker = await BrokerForTests.StartAsync(
            folder => new() { DataFolder = folder, Faults = FaultPlan.Parse("EndTxn 1 drop") });
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        await using var connection = await ConnectAsync(broker);
        var p = await InitAsync(connection);
        await WriteAsync(connection, p, 0, "first");
        await Assert.ThrowsAnyAsync<Exception>(() => EndAsync(connection, p, false)); // done, and its answer lost

        await using var again = await ConnectAsync(broker);
        var next = await EndAsync(again, p, false);
        Assert.Equal((KafkaError.None, (short)(p.ProducerEpoch + 1)), (next.ErrorCode, next.ProducerEpoch));
        await WriteAsync(again, Producer(next), 0, "second");
        await using var slow = await ConnectAsync(broker);
        Assert.Equal(KafkaError.ProducerFenced, (await EndAsync(slow, p, false)).ErrorCode); // the one that was sent first
        Assert.Equal(KafkaError.None, (await EndAsync(again, Producer(next), true)).ErrorCode);
        await Eventually.Equal("second", () => Task.FromResult(Read(broker)));
    }

    [Fact]
    public async Task both_protocols_write_to_one_partition_and_outlive_a_restart()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var first = Clients.Transactional(broker.BootstrapServers, "first");
        first.InitTransactions(Wait);
        first.BeginTransaction();
        await first.ProduceAsync(new Confluent.Kafka.TopicPartition("t", 0), new() { Key = "k", Value = "1"u8.ToArray() });
        InitProducerIdResponse second;
        await using (var connection = await ConnectAsync(broker))
        {
            second = await InitAsync(connection);
            await WriteAsync(connection, second, 0, "2");
        }

        await broker.RestartAsync();
        await using var after = await ConnectAsync(broker);
        await WriteAsync(after, second, 1, "3");
        var next = await EndAsync(after, second, true);
        Assert.Equal(next.ProducerEpoch, (await EndAsync(after, second, true)).ProducerEpoch);
        await WriteAsync(after, Producer(next), 0, "4");
        await EndAsync(after, Producer(next), false);
        first.CommitTransaction(Wait);
        first.BeginTransaction();
        await first.ProduceAsync(new Confluent.Kafka.TopicPartition("t", 0), new() { Key = "k", Value = "5"u8.ToArray() });
        first.CommitTransaction(Wait);
        await Eventually.Equal("1 2 3 5", () => Task.FromResult(Read(broker)));
    }

    private static Task<KafkaConnection> ConnectAsync(BrokerForTests broker) =>
        KafkaConnection.ConnectAsync(broker.BootstrapServers, "second-protocol", Deadline.Usual);

    private static string Read(BrokerForTests broker) =>
        string.Join(' ', Clients.ReadAll(broker.BootstrapServers, "t").Select(r => System.Text.Encoding.UTF8.GetString(r.Message.Value)));

    private static async Task<InitProducerIdResponse> InitAsync(KafkaConnection connection)
    {
        var answer = await connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
            new() { TransactionalId = "second", TransactionTimeoutMs = 60_000 });
        Assert.Equal(KafkaError.None, answer.ErrorCode);
        return answer;
    }

    private static InitProducerIdResponse Producer(EndTxnResponse end) => new() { ProducerId = end.ProducerId, ProducerEpoch = end.ProducerEpoch };

    private static async Task WriteAsync(KafkaConnection connection, InitProducerIdResponse p, int sequence, string value)
    {
        var batch = new RecordBatchBuilder
        {
            ProducerId = p.ProducerId, ProducerEpoch = p.ProducerEpoch, BaseSequence = sequence, IsTransactional = true,
        };
        batch.Add(1_700_000_000_000, "k"u8, System.Text.Encoding.UTF8.GetBytes(value));
        var answer = await connection.SendAsync<ProduceRequest, ProduceResponse>(
            new()
            {
                Acks = -1,
                TimeoutMs = 5000,
                TransactionalId = "second",
                TopicData = [new() { Name = "t", PartitionData = [new() { Records = batch.Build() }] }],
            },
            12);
        Assert.Equal(KafkaError.None, answer.Responses[0].PartitionResponses[0].ErrorCode);
    }

    private static Task<EndTxnResponse> EndAsync(KafkaConnection connection, InitProducerIdResponse p, bool isCommit) =>
        connection.SendAsync<EndTxnRequest, EndTxnResponse>(
            new() { TransactionalId = "second", ProducerId = p.ProducerId, ProducerEpoch = p.ProducerEpoch, Committed = isCommit }, 5);
}
