using System.Diagnostics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker.Differential;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>A Fetch that may wait for a minute is answered when there is something, asked on the wire: no client's polling hides it.</summary>
public class ParkedFetchTests
{
    private const int LongWaitMs = 60_000;

    [Fact]
    public async Task a_record_wakes_a_fetch_of_the_end()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        await using var reader = await ConnectAsync(broker);
        await using var writer = await ConnectAsync(broker);
        var start = Stopwatch.GetTimestamp();
        var parked = FetchAsync(reader, isolation: 0);
        await ProduceAsync(writer, TopicScript.Batch());
        Assert.NotEqual(0, (await parked).Records.Length);
        Assert.True(Stopwatch.GetElapsedTime(start) < Deadline.Usual);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task the_end_of_a_transaction_wakes_a_committed_reader_and_its_records_do_not(bool isCommit)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        await using var reader = await ConnectAsync(broker);
        await using var writer = await ConnectAsync(broker);
        var init = await writer.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
            new() { TransactionalId = "tx", TransactionTimeoutMs = LongWaitMs, ProducerId = -1, ProducerEpoch = -1 });
        await writer.SendAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(new()
        {
            V3AndBelowTransactionalId = "tx",
            V3AndBelowProducerId = init.ProducerId,
            V3AndBelowProducerEpoch = init.ProducerEpoch,
            V3AndBelowTopics = [new() { Name = "t", Partitions = [0] }],
        });
        var parked = FetchAsync(reader, isolation: 1);
        await ProduceAsync(writer, TopicScript.Batch(init.ProducerId, init.ProducerEpoch, 0, isTransactional: true), "tx");
        Assert.False(parked.IsCompleted);
        var end = await writer.SendAsync<EndTxnRequest, EndTxnResponse>(
            new() { TransactionalId = "tx", ProducerId = init.ProducerId, ProducerEpoch = init.ProducerEpoch, Committed = isCommit });
        Assert.Equal(KafkaError.None, end.ErrorCode);
        var woken = await parked;
        Assert.NotEqual(0, woken.Records.Length);
        Assert.Equal(2, woken.LastStableOffset);
        Assert.Equal(isCommit ? 0 : 1, woken.AbortedTransactions!.Length);
    }

    [Fact]
    public async Task min_insync_replicas_above_the_one_copy_there_is_counts_as_one_as_in_Kafka()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", settings: new() { ["min.insync.replicas"] = "2" });
        await using var writer = await ConnectAsync(broker);
        Assert.Equal(KafkaError.None, (await ProduceAsync(writer, TopicScript.Batch())).ErrorCode);
    }

    private static Task<KafkaConnection> ConnectAsync(BrokerForTests broker) =>
        KafkaConnection.ConnectAsync(broker.BootstrapServers, "parked", Deadline.Usual);

    private static async Task<FetchResponse.PartitionData> FetchAsync(KafkaConnection client, sbyte isolation)
    {
        var answer = await client.SendAsync<FetchRequest, FetchResponse>(
            new()
            {
                MaxWaitMs = LongWaitMs,
                MinBytes = 1,
                MaxBytes = 1 << 20,
                IsolationLevel = isolation,
                Topics = [new() { Topic = "t", Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }],
            },
            version: 11);
        return answer.Responses[0].Partitions[0];
    }

    private static async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(
        KafkaConnection client, byte[] records, string? transactionalId = null)
    {
        var answer = await client.SendAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 5000,
            TransactionalId = transactionalId,
            TopicData = [new() { Name = "t", PartitionData = [new() { Records = records }] }],
        });
        return answer.Responses[0].PartitionResponses[0];
    }
}
