using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>
/// Fetches by topic ids and within sessions. What they are answered is compared with Apache Kafka in Broker/Differential.
/// </summary>
public sealed class FetchSessionTests
{
    private const string Name = "t";

    [Fact]
    public async Task a_topic_made_again_is_not_read_on_from_the_old_place()
    {
        await using var broker = await OpenAsync();
        var old = await MakeAsync(broker, records: 50);
        var session = await FetchAsync(broker, old, offset: 50, epoch: 0);
        Assert.Equal(KafkaError.None, session.Responses[0].Partitions[0].ErrorCode);

        await DeleteAsync(broker, old);
        var made = await MakeAsync(broker, records: 80);
        Assert.NotEqual(old, made);
        var within = await FetchAsync(broker, null, 0, epoch: 1, session.SessionId);
        Assert.Equal(KafkaError.InconsistentTopicId, within.Responses[0].Partitions[0].ErrorCode);
        var without = await FetchAsync(broker, old, offset: 50, epoch: -1);
        Assert.Equal(KafkaError.UnknownTopicId, without.Responses[0].Partitions[0].ErrorCode);
        var anew = await FetchAsync(broker, made, offset: 0, epoch: -1);
        Assert.Equal(80, CountOf(anew.Responses[0].Partitions[0].Records));
    }

    [Fact]
    public async Task a_session_tells_only_what_is_news_and_is_gone_after_a_restart()
    {
        await using var broker = await OpenAsync();
        var id = await MakeAsync(broker, records: 3);
        var first = await FetchAsync(broker, id, offset: 3, epoch: 0);
        Assert.NotEqual(0, first.SessionId);
        Assert.Empty((await FetchAsync(broker, null, 0, epoch: 1, first.SessionId)).Responses);
        Write(broker, 2);
        var news = await FetchAsync(broker, null, 0, epoch: 2, first.SessionId);
        Assert.Equal(2, CountOf(news.Responses[0].Partitions[0].Records));
        Assert.Equal(KafkaError.InvalidFetchSessionEpoch, (await FetchAsync(broker, null, 0, epoch: 2, first.SessionId)).ErrorCode);

        await using var other = await OpenAsync();
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await FetchAsync(other, null, 0, epoch: 3, first.SessionId)).ErrorCode);
    }

    [Fact]
    public async Task sessions_beyond_their_number_are_served_without_one()
    {
        await using var broker = await OpenAsync();
        var id = await MakeAsync(broker, records: 1);
        for (var i = 0; i < 1000; i++) Assert.NotEqual(0, (await FetchAsync(broker, id, 0, epoch: 0)).SessionId);
        var over = await FetchAsync(broker, id, 0, epoch: 0);
        Assert.Equal((0, 1), (over.SessionId, CountOf(over.Responses[0].Partitions[0].Records)));
    }

    [Fact]
    public async Task sessions_of_more_partitions_than_memory_holds_are_served_without_one()
    {
        await using var broker = await OpenAsync(MemoryLimits.Default with { SessionPartitions = 5 });
        var id = await MakeAsync(broker, records: 1);
        var session = await FetchAsync(broker, id, 0, epoch: 0, partitions: 4);
        Assert.NotEqual(0, session.SessionId);
        Assert.Equal(0, (await FetchAsync(broker, id, 0, epoch: 0, partitions: 2)).SessionId);
        var larger = await FetchAsync(broker, id, 0, epoch: 1, session.SessionId, partitions: 6);
        Assert.Equal(KafkaError.FetchSessionIdNotFound, larger.ErrorCode);
        Assert.NotEqual(0, (await FetchAsync(broker, id, 0, epoch: 0, partitions: 5)).SessionId);
    }

    private static Task<CoreForTests> OpenAsync(MemoryLimits? memory = null) =>
        CoreForTests.OpenAsync(new LogStorage(), FsyncPolicy.Never, memory: memory);

    private static async Task<Guid> MakeAsync(CoreForTests broker, int records)
    {
        var made = await broker.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(new()
        {
            TimeoutMs = 1000, Topics = [new() { Name = Name, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        Write(broker, records);
        return made.Topics[0].TopicId;
    }

    private static Task<DeleteTopicsResponse> DeleteAsync(CoreForTests broker, Guid id) =>
        broker.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(
            new() { TimeoutMs = 1000, Topics = [new() { TopicId = id }] }, 6);

    private static void Write(CoreForTests broker, int records)
    {
        var batch = new RecordBatchBuilder();
        for (var i = 0; i < records; i++) batch.Add(1, "k"u8, "v"u8);
        Assert.Equal(KafkaError.None, broker.Core.Topics.FindLog(Name, 0)!.Append(batch.Build()).Error);
    }

    private static Task<FetchResponse> FetchAsync(
        CoreForTests broker, Guid? topic, long offset, int epoch, int session = 0, int partitions = 1) =>
        broker.AskAsync<FetchRequest, FetchResponse>(new()
        {
            MaxBytes = 1 << 20,
            SessionId = session,
            SessionEpoch = epoch,
            Topics = topic is not { } id
                ? []
                :
                [
                    new()
                    {
                        TopicId = id,
                        Partitions =
                        [
                            .. Enumerable.Range(0, partitions).Select(
                                p => new FetchRequest.FetchPartition { Partition = p, FetchOffset = offset, PartitionMaxBytes = 1 << 20 }),
                        ],
                    },
                ],
        });

    private static int CountOf(ReadOnlyMemory<byte> records)
    {
        var rest = records.Span;
        var count = 0;
        while (RecordBatch.TryTake(ref rest, out var batch)) count += batch.RecordCount;
        return count;
    }
}
