using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Topics, records and offsets, right and wrong.</summary>
internal static class TopicScript
{
    private const long Start = 1_700_000_000_000;

    public static async Task HoldAsync(Conversation with)
    {
        await CreateAsync(with, "created", with.Name, 2);
        await CreateAsync(with, "created twice", with.Name, 2);
        await CreateAsync(with, "a bad name", "a b", 1);
        await CreateAsync(with, "no partitions", with.Name + "0", 0);
        await CreateAsync(with, "too many copies", with.Name + "3", 1, replicas: 3);
        await CreateAsync(with, "a bad setting", with.Name + "4", 1, ("retention.ms", "soon"));
        await CreateAsync(with, "an unknown setting", with.Name + "5", 1, ("no.such", "1"));
        await CreateAsync(with, "a compacted one", with.Name + "-compact", 1, ("cleanup.policy", "compact"));
        await with.LeadAsync(with.Name, 2);
        await with.LeadAsync(with.Name + "-compact", 1);
        await with.AskAsync<MetadataRequest, MetadataResponse>("metadata", new() { AllowAutoTopicCreation = false, Topics = [new() { Name = with.Name }, new() { Name = with.Name + "-no" }, new() { Name = "a b" }] }, 9);
        await AskByIdAsync(with);
        await with.AskAsync<CreatePartitionsRequest, CreatePartitionsResponse>("fewer partitions", new() { TimeoutMs = 5000, Topics = [new() { Name = with.Name, Count = 1 }, new() { Name = with.Name + "-no", Count = 3 }] }, 3);
        foreach (var (name, operation, value) in new[] { ("retention.ms", 0, "x"), ("retention.ms", 2, "1"), ("no.such", 0, "1"), ("retention.ms", 0, "99999"), ("retention.ms", 1, null), ("retention.ms", 0, "-1") })
            await AlterAsync(with, name, (sbyte)operation, value);
        await with.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>("settings of no topic", new() { Resources = [new() { ResourceType = 2, ResourceName = with.Name + "-no" }] }, 4);
        await RecordsAsync(with);
        await OffsetsAsync(with);
        await CreateAsync(with, "two copies asked for", with.Name + "-two", 1, ("min.insync.replicas", "2"));
        await with.LeadAsync(with.Name + "-two", 1);
        await ProduceAsync(with, "all of two acknowledge", Batch(), topic: with.Name + "-two");
        await ProduceAsync(with, "the leader of two acknowledges", Batch(), acks: 1, topic: with.Name + "-two");
        await with.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>("deleted", new() { TimeoutMs = 5000, TopicNames = [with.Name, with.Name + "-no"] }, 4);
    }

    // librdkafka names no topic that it has the id of, the Java client one that is empty
    private static async Task AskByIdAsync(Conversation with)
    {
        var known = await with.Connection.SendAsync<MetadataRequest, MetadataResponse>(
            new() { Topics = [new() { Name = with.Name }] });
        foreach (var (id, what) in new[] { (known.Topics[0].TopicId, "an id"), (Guid.NewGuid(), "an unknown id") })
        {
            foreach (var name in new[] { null, "" })
            {
                await with.AskAsync<MetadataRequest, MetadataResponse>(
                    $"metadata of {what}, name {(name is null ? "null" : "empty")}",
                    new() { Topics = [new() { Name = name, TopicId = id }] },
                    12);
            }
        }
    }

    public static byte[] Batch(long producer = -1, short epoch = -1, int sequence = -1, int count = 1, bool isTransactional = false, long at = Start)
    {
        var batch = new RecordBatchBuilder { ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = isTransactional };
        for (var i = 0; i < count; i++)
            batch.Add(at + (i * 1000), "k"u8, "v"u8);
        return batch.Build();
    }

    public static Task<ProduceResponse> ProduceAsync(Conversation with, string title, byte[] records, short acks = -1, string? topic = null, string? transactionalId = null, short version = 9) =>
        with.AskAsync<ProduceRequest, ProduceResponse>(
            title,
            new()
            {
                Acks = acks,
                TimeoutMs = 5000,
                TransactionalId = transactionalId,
                TopicData = [new() { Name = topic ?? with.Name, PartitionData = [new() { Index = 0, Records = records }] }],
            },
            version);

    private static async Task RecordsAsync(Conversation with)
    {
        await ProduceAsync(with, "produced", Batch(count: 3));
        await ProduceAsync(with, "produced to no topic", Batch(), topic: with.Name + "-no");
        await ProduceAsync(with, "acks 5", Batch(), acks: 5);
        var damaged = Batch();
        damaged[^1] ^= 1;
        await ProduceAsync(with, "a damaged batch", damaged);
        await ProduceAsync(with, "nothing", []);
        await ProduceAsync(with, "two batches at once", [.. Batch(), .. Batch()]);
        await ProduceAsync(with, "to the broker's own topic", Batch(), topic: "__consumer_offsets");
        await ProduceAsync(with, "a marker from a client", new ControlRecord(ControlType.Commit, 0).ToBatch(1, 0, Start));

        var producer = (await with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>("a producer id", new() { TransactionTimeoutMs = 60_000 }, 4)).ProducerId;
        await ProduceAsync(with, "sequence 0", Batch(producer, 1, 0, 2));
        await ProduceAsync(with, "sequence 0 again", Batch(producer, 1, 0, 2));
        await ProduceAsync(with, "a gap", Batch(producer, 1, 5));
        await ProduceAsync(with, "the next", Batch(producer, 1, 2));
        await ProduceAsync(with, "an older epoch", Batch(producer, 0, 3));
        await ProduceAsync(with, "a newer epoch not from 0", Batch(producer, 2, 3));
        await ProduceAsync(with, "a newer epoch from 0", Batch(producer, 2, 0));
        await ProduceAsync(with, "transactional, not registered", Batch(producer, 2, 1, isTransactional: true), transactionalId: with.Name, version: 11);
    }

    private static async Task OffsetsAsync(Conversation with)
    {
        foreach (var timestamp in new[] { -1, -2, -3, Start, Start + 1500, Start + 999_999 })
            await with.AskAsync<ListOffsetsRequest, ListOffsetsResponse>($"offset of {timestamp}", new() { ReplicaId = -1, Topics = [new() { Name = with.Name, Partitions = [new() { PartitionIndex = 0, Timestamp = timestamp }, new() { PartitionIndex = 9, Timestamp = timestamp }] }] }, 7);
        foreach (var (offset, epoch) in new[] { (0L, -1), (8L, -1), (9L, -1), (999L, -1), (-5L, -1), (0L, 77) })
        {
            await with.AskAsync<FetchRequest, FetchResponse>(
                $"fetch {offset} epoch {epoch}",
                new() { MaxBytes = 1 << 20, Topics = [new() { Topic = with.Name, Partitions = [new() { FetchOffset = offset, CurrentLeaderEpoch = epoch, PartitionMaxBytes = 1 << 20 }] }] },
                11);
        }

        await with.AskAsync<FetchRequest, FetchResponse>("fetch of no topic", new() { MaxBytes = 1 << 20, Topics = [new() { Topic = with.Name + "-no", Partitions = [new()] }] }, 11);
        await with.AskAsync<FetchRequest, FetchResponse>("fetch in a session that is not", new() { SessionId = 12345, SessionEpoch = 1 }, 11);
        await with.AskAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>("end of epoch 0", new() { Topics = [new() { Topic = with.Name, Partitions = [new() { LeaderEpoch = 0 }, new() { Partition = 9 }] }] }, 4);
        foreach (var (topic, offset) in new[] { (with.Name, 999L), (with.Name, 2L), (with.Name, -1L), (with.Name, 1L), (with.Name + "-compact", 0L), (with.Name + "-no", 0L) })
            await with.AskAsync<DeleteRecordsRequest, DeleteRecordsResponse>($"delete {topic.Length - with.Name.Length} to {offset}", new() { TimeoutMs = 5000, Topics = [new() { Name = topic, Partitions = [new() { Offset = offset }] }] }, 2);
    }

    private static Task CreateAsync(Conversation with, string title, string topic, int partitions, params (string Name, string Value)[] settings) =>
        CreateAsync(with, title, topic, partitions, 1, settings);

    private static Task CreateAsync(Conversation with, string title, string topic, int partitions, short replicas, params (string Name, string Value)[] settings) =>
        with.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            title,
            new()
            {
                TimeoutMs = 5000,
                Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = replicas, Configs = [.. settings.Select(s => new CreateTopicsRequest.CreatableTopicConfig { Name = s.Name, Value = s.Value })] }],
            },
            7);

    private static Task AlterAsync(Conversation with, string name, sbyte operation, string? value) =>
        with.AskAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            $"alter {name} {operation} {value}",
            new() { Resources = [new() { ResourceType = 2, ResourceName = with.Name, Configs = [new() { Name = name, ConfigOperation = operation, Value = value }] }] },
            1);
}
