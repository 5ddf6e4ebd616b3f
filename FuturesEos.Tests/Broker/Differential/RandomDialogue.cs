using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Requests about topics, producers, transactions and positions as a seed throws them: mostly what a client would send, often
/// with one thing wrong, in any offered version. The other parts: RandomDialogue.Producing.cs, RandomDialogue.Reading.cs.
/// </summary>
internal sealed partial class RandomDialogue(Twins twins, Random random)
{
    private const short BumpsFrom = 5;
    private static readonly string[] Slots = ["t1", "t2", "none"];

    private readonly Dictionary<(Conversation, string), (long Id, short Epoch)> _producers = [];
    private readonly Dictionary<(Conversation, string), Guid> _topicIds = [];

    private string Plain => twins.Name + "-plain";

    private string Stamped => twins.Name + "-stamped";

    private string Compacted => twins.Name + "-compacted";

    public async Task HoldAsync(int steps)
    {
        // records are of 2023: a node that runs for long enough would delete them meanwhile
        await CreateAsync(Plain, 2, ("retention.ms", "-1"));
        await CreateAsync(Stamped, 1, ("message.timestamp.type", "LogAppendTime"));
        // markers are of today: they roll the segments, and each broker would compact at a moment of its own
        await CreateAsync(Compacted, 1, ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "1"));
        foreach (var slot in Slots) await InitAsync(slot, isWrong: false);
        for (var i = 0; i < steps; i++) await StepAsync();
    }

    private Task StepAsync() => random.Next(100) switch
    {
        < 6 => InitAsync(Pick(Slots), isWrong: random.Next(2) == 0),
        < 18 => AddAsync(Pick(Slots)),
        < 22 => AddOffsetsAsync(Pick(Slots)),
        < 28 => TxnCommitAsync(Pick(Slots)),
        < 54 => ProduceAsync(Pick(Slots)),
        < 64 => EndAsync(Pick(Slots)),
        < 78 => FetchAsync(),
        < 84 => ListOffsetsAsync(),
        < 88 => OffsetFetchAsync(),
        < 91 => OffsetCommitAsync(),
        < 93 => DeleteRecordsAsync(),
        < 95 => DescribeAsync(),
        < 97 => EpochEndAsync(),
        _ => OffsetDeleteAsync(),
    };

    private async Task CreateAsync(string topic, int partitions, params (string Name, string Value)[] settings)
    {
        await twins.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            $"create {topic}",
            _ => new()
            {
                TimeoutMs = 5000,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        NumPartitions = partitions,
                        ReplicationFactor = 1,
                        Configs = [.. settings.Select(s => new CreateTopicsRequest.CreatableTopicConfig { Name = s.Name, Value = s.Value })],
                    },
                ],
            },
            Version(CreateTopicsRequest.Api));
        await twins.LeadAsync(topic, partitions);
        foreach (var with in (Conversation[])[twins.Embedded, twins.Kafka])
        {
            var known = await with.Connection.SendAsync<MetadataRequest, MetadataResponse>(new() { Topics = [new() { Name = topic }] });
            _topicIds[(with, topic)] = known.Topics[0].TopicId;
        }
    }

    private async Task InitAsync(string slot, bool isWrong)
    {
        var timeout = isWrong ? Pick(0, -5, 60_000, 60_000, 900_001) : 60_000;
        var version = Version(InitProducerIdRequest.Api);
        var given = isWrong && version >= 3 ? random.Next(6) : 0;
        var id = isWrong && random.Next(8) == 0 ? "" : IdOf(slot);
        var (ours, theirs) = await twins.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            $"init {slot} '{id}' timeout {timeout} as {given}",
            with =>
            {
                var now = Of(with, slot);
                var (producer, epoch) = given switch
                {
                    1 => now,
                    2 => (now.Id, (short)(now.Epoch - 1)),
                    3 => (now.Id, (short)(now.Epoch + 1)),
                    4 => (now.Id, (short)-1),
                    5 => (now.Id + 100_000, now.Epoch),
                    _ => (-1, (short)-1),
                };
                return new() { TransactionalId = id, TransactionTimeoutMs = timeout, ProducerId = producer, ProducerEpoch = epoch };
            },
            version);
        if (id is { Length: > 0 }) await twins.CompleteAsync(id);
        if (ours is not { ErrorCode: KafkaError.None } || theirs is null || id is "") return;
        GoOn(slot, (ours.ProducerId, ours.ProducerEpoch), (theirs.ProducerId, theirs.ProducerEpoch));
    }

    private void GoOn(string slot, (long Id, short Epoch) embedded, (long Id, short Epoch) kafka)
    {
        _producers[(twins.Embedded, slot)] = embedded;
        _producers[(twins.Kafka, slot)] = kafka;
        foreach (var key in _next.Keys.Where(k => k.Slot == slot).ToList()) _next.Remove(key);
    }

    private Task AddAsync(string slot)
    {
        var (skew, shift) = Wrong();
        var topics = random.Next(6) == 0 ? new[] { Plain, Pick(twins.Name + "-no", "__consumer_offsets", "a b") } : [Pick(Plain, Plain, Stamped)];
        var partitions = topics.Select(topic => topic == Plain ? Pick<int[]>([0], [1], [0, 1], [0, 9]) : [0]).ToArray();
        return twins.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            $"add {slot} {Text(skew, shift)} {string.Join(',', topics.Zip(partitions, (t, p) => $"{t}{p.Length}"))}",
            with => new()
            {
                V3AndBelowTransactionalId = IdOf(slot) ?? "",
                V3AndBelowProducerId = Id(with, slot, shift),
                V3AndBelowProducerEpoch = Epoch(with, slot, skew),
                V3AndBelowTopics = [.. topics.Zip(partitions, (t, p) => new AddPartitionsToTxnRequest.Topic { Name = t, Partitions = p })],
            },
            Version(AddPartitionsToTxnRequest.Api));
    }

    private Task AddOffsetsAsync(string slot)
    {
        var (skew, shift) = Wrong();
        var group = Pick(Group, Group, Other, "");
        return twins.AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(
            $"add offsets {slot} {Text(skew, shift)} '{group}'",
            with => new()
            {
                TransactionalId = IdOf(slot) ?? "",
                ProducerId = Id(with, slot, shift),
                ProducerEpoch = Epoch(with, slot, skew),
                GroupId = group,
            },
            Version(AddOffsetsToTxnRequest.Api));
    }

    private async Task EndAsync(string slot)
    {
        var (skew, shift) = Wrong();
        var isCommit = random.Next(2) == 0;
        var version = Version(EndTxnRequest.Api);
        var (ours, theirs) = await twins.AskAsync<EndTxnRequest, EndTxnResponse>(
            $"{(isCommit ? "commit" : "abort")} {slot} {Text(skew, shift)}",
            with => new()
            {
                TransactionalId = IdOf(slot) ?? "",
                ProducerId = Id(with, slot, shift),
                ProducerEpoch = Epoch(with, slot, skew),
                Committed = isCommit,
            },
            version);
        if (IdOf(slot) is { } id) await twins.CompleteAsync(id);
        if (version >= BumpsFrom && ours is { ErrorCode: KafkaError.None } && theirs is not null)
            GoOn(slot, (ours.ProducerId, ours.ProducerEpoch), (theirs.ProducerId, theirs.ProducerEpoch));
    }

    private string? IdOf(string slot) => slot == "none" ? null : $"{twins.Name}-{slot}";

    private long Id(Conversation with, string slot, long shift) => with.Foreign(Of(with, slot).Id + shift);

    private short Epoch(Conversation with, string slot, short skew) => (short)(Of(with, slot).Epoch + skew);

    private (long Id, short Epoch) Of(Conversation with, string slot) =>
        _producers.TryGetValue((with, slot), out var known) ? known : (-1, (short)-1);

    // epoch and producer id, mostly right
    private (short Skew, long Shift) Wrong() => random.Next(8) switch
    {
        0 => (-1, 0),
        1 => (1, 0),
        2 => (0, 100_000),
        _ => (0, 0),
    };

    private static string Text(short skew, long shift) => shift != 0 ? "(foreign id)" : skew != 0 ? $"(epoch {skew:+0;-0})" : "";

    private short Version(Api api) => (short)random.Next(api.MinVersion, api.MaxVersion + 1);

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];
}
