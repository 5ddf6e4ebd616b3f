using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Transactions of protocol 2 (KIP-890), right and wrong, alone and mixed with protocol 1.</summary>
internal static class BumpingScript
{
    private const short NewestProduce = 12;
    private const short NewestEnd = 5;
    private const short NewestCommit = 5;

    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, 3);
        var p = await NothingAsync(with);
        p = await WritesAsync(with, p);
        p = await PositionsAsync(with, p);
        p = await EndsAsync(with, p);
        p = await AfterwardsAsync(with, p);
        p = await MixedAsync(with, p);
        await FencedAsync(with, p);
        await MarkersAsync(with);
    }

    private static async Task<Producer> NothingAsync(Conversation with)
    {
        await EndAsync(with, "end of an unknown id", new(5, 0), true);
        await WriteAsync(with, "written with an unknown id", new(5, 0), 0);
        var p = await InitAsync(with, "init");
        await EndAsync(with, "commit of nothing", p, true);
        var next = await EndAsync(with, "abort of nothing", p, false);
        await EndAsync(with, "the same again", p, false);
        await EndAsync(with, "commit instead", p, true);
        await EndAsync(with, "commit of nothing after the abort", next, true);
        var last = await EndAsync(with, "abort of nothing after the abort", next, false);
        await EndAsync(with, "abort of two epochs ago", p, false);
        await DescribeAsync(with, "after aborts of nothing");
        return last;
    }

    private static async Task<Producer> WritesAsync(Conversation with, Producer p)
    {
        await WriteAsync(with, "a newer epoch", p.Plus(1), 0);
        await WriteAsync(with, "an older epoch", p.Plus(-1), 0);
        await WriteAsync(with, "a foreign id", p with { Id = with.Foreign(p.Id + 1000) }, 0);
        await WriteAsync(with, "without a transactional id", p, 0, id: null);
        await WriteAsync(with, "with an empty transactional id", p, 0, id: "");
        await WriteAsync(with, "to a partition that is not", p, 0, partition: 9);
        await DescribeAsync(with, "after what was refused");
        await WriteAsync(with, "the first not from 0", p, 5);
        await DescribeAsync(with, "after the first not from 0");
        await WriteAsync(with, "the first", p, 0, 2);
        await WriteAsync(with, "the first again", p, 0, 2);
        await WriteAsync(with, "a gap", p, 5);
        await WriteAsync(with, "the next", p, 2);
        await WriteAsync(with, "a newer epoch in between", p.Plus(1), 0);
        await WriteAsync(with, "an older epoch in between", p.Plus(-1), 3);
        await with.AskAsync<ProduceRequest, ProduceResponse>(
            "a second partition and one that has it",
            Write(with, with.Name, (0, Batch(p, 3)), (1, Batch(p, 0))),
            NewestProduce);
        await with.AskAsync<ProduceRequest, ProduceResponse>(
            "two producers in one",
            Write(with, with.Name, (0, Batch(p, 4)), (1, Batch(p.Plus(1), 0))),
            NewestProduce);
        await TopicScript.ProduceAsync(with, "outside of it", TopicScript.Batch(p.Id, p.Epoch, 4), transactionalId: with.Name, version: NewestProduce);
        await with.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            "stable end",
            new() { ReplicaId = -1, IsolationLevel = 1, Topics = [new() { Name = with.Name, Partitions = [new() { Timestamp = -1 }] }] },
            7);
        await DescribeAsync(with, "open");
        await ProducersAsync(with, "open");
        return p;
    }

    private static async Task<Producer> PositionsAsync(Conversation with, Producer p)
    {
        await CommitAsync(with, "positions of a newer epoch", p.Plus(1));
        await CommitAsync(with, "positions of an older epoch", p.Plus(-1));
        await CommitAsync(with, "positions of a foreign id", p with { Id = with.Foreign(p.Id + 1000) });
        await CommitAsync(with, "positions of no group", p, group: "");
        await CommitAsync(with, "positions in no topic", p, topic: with.Name + "-no");
        await CommitAsync(with, "positions with an empty transactional id", p, id: "");
        await CommitAsync(with, "positions of a stranger", p, member: "stranger", generation: 3);
        await CommitAsync(with, "positions", p);
        await PositionAsync(with, "an unstable position");
        return p;
    }

    private static async Task<Producer> EndsAsync(Conversation with, Producer p)
    {
        await EndAsync(with, "commit by a foreign id", p with { Id = with.Foreign(p.Id + 1000) }, true);
        await EndAsync(with, "commit by a newer epoch", p.Plus(1), true);
        await EndAsync(with, "commit by an older epoch", p.Plus(-1), true);
        await EndAsync(with, "commit by protocol 1 with a newer epoch", p.Plus(1), true, version: 4);
        var next = await EndAsync(with, "committed", p, true);
        await EndAsync(with, "committed again", p, true);
        await EndAsync(with, "aborted after the commit", p, false);
        await EndAsync(with, "committed again by protocol 1", p, true, version: 4);
        await EndAsync(with, "committed by two epochs ago", p.Plus(-1), true);
        await EndAsync(with, "committed by the next epoch", next, true);
        await EndAsync(with, "committed by the one after", next.Plus(1), true);
        await DescribeAsync(with, "committed");
        await ProducersAsync(with, "committed");
        await PositionAsync(with, "position after the commit");
        return next;
    }

    private static async Task<Producer> AfterwardsAsync(Conversation with, Producer p)
    {
        await WriteAsync(with, "late, with the ended epoch", p.Plus(-1), 4);
        await WriteAsync(with, "late, what was there already", p.Plus(-1), 3);
        await WriteAsync(with, "late, to a partition that had none", p.Plus(-1), 0, partition: 2);
        await CommitAsync(with, "late positions", p.Plus(-1));
        await WriteAsync(with, "the next transaction not from 0", p, 4);
        await WriteAsync(with, "the next transaction", p, 0);
        await EndAsync(with, "a delayed end of the one before", p.Plus(-1), true);
        await EndAsync(with, "a delayed end of the one before by protocol 1", p.Plus(-1), true, version: 4);
        await TopicScript.ProduceAsync(with, "its next by version 11", Batch(p, 1), transactionalId: with.Name, version: 11);
        await WriteAsync(with, "another partition by version 11", p, 0, partition: 1, version: 11);
        await WriteAsync(with, "another partition by version 9", p, 0, partition: 1, version: 9);
        await CommitAsync(with, "positions by version 4", p, version: 4);
        await CommitAsync(with, "positions by version 3", p, version: 3);
        var next = await EndAsync(with, "aborted", p, false);
        await EndAsync(with, "aborted again", p, false);
        await with.AskAsync<FetchRequest, FetchResponse>(
            "read with the aborted",
            new()
            {
                MaxBytes = 1 << 20,
                IsolationLevel = 1,
                Topics = [new() { Topic = with.Name, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }],
            },
            11);
        return next;
    }

    // a client that is replaced by an older one, and the other way round
    private static async Task<Producer> MixedAsync(Conversation with, Producer p)
    {
        await WriteAsync(with, "begun by protocol 2", p, 0);
        await AddAsync(with, "registered by protocol 1", p, 1);
        await TopicScript.ProduceAsync(with, "gone on with by protocol 1", Batch(p, 1), transactionalId: with.Name, version: 11);
        await EndAsync(with, "ended by protocol 1", p, true, version: 4);
        await EndAsync(with, "ended by protocol 2 too", p, true);
        await EndAsync(with, "ended by protocol 2 with the epoch before", p.Plus(-1), true);
        await DescribeAsync(with, "ended by protocol 1");
        await ProducersAsync(with, "ended by protocol 1");
        await WriteAsync(with, "the next by protocol 2, from 0", p, 0);
        await WriteAsync(with, "the next by protocol 2", p, 2);
        await WriteAsync(with, "the next by protocol 2 where nothing was, not from 0", p, 2, partition: 1);
        await WriteAsync(with, "the next by protocol 2 where nothing was", p, 0, partition: 1);
        var next = await EndAsync(with, "the next ended by protocol 2", p, true);
        await AddAsync(with, "begun by protocol 1", next, 0);
        await TopicScript.ProduceAsync(with, "written by protocol 1", Batch(next, 0), transactionalId: with.Name, version: 11);
        await ProducersAsync(with, "by both");
        return await EndAsync(with, "ended by protocol 2", next, true);
    }

    private static async Task FencedAsync(Conversation with, Producer p)
    {
        await WriteAsync(with, "open when another comes", p, 0);
        await InitAsync(with, "init by another");
        await with.CompleteAsync(with.Name);
        await DescribeAsync(with, "fenced");
        await WriteAsync(with, "written by the fenced", p, 1);
        await CommitAsync(with, "positions of the fenced", p);
        await EndAsync(with, "commit by the fenced", p, true);
        await EndAsync(with, "abort by the fenced", p, false);
        await EndAsync(with, "abort by the fenced, protocol 1", p, false, version: 4);
        await InitAsync(with, "init with what the fenced had", p);
        var newcomer = await InitAsync(with, "init by another again");
        await EndAsync(with, "abort by the fenced, later", p, false);
        await WriteAsync(with, "written by the fenced, later", p, 1);
        var bumped = await InitAsync(with, "init with what it has", newcomer);
        await InitAsync(with, "the same once more", newcomer);
        await WriteAsync(with, "written after the bump", bumped, 0);
        await EndAsync(with, "committed after the bump", bumped, true);
    }

    // an operator's markers: of protocol 2 an equal epoch ends nothing that is open
    private static async Task MarkersAsync(Conversation with)
    {
        var p = await InitAsync(with, "init for markers by hand");
        await WriteAsync(with, "open for markers by hand", p, 0, partition: 2);
        foreach (var (skew, version) in new (short, sbyte)[] { (-1, 2), (0, 2), (1, 2), (1, 2), (0, 2), (0, 0), (1, 0) })
        {
            await with.AskAsync<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(
                $"marker epoch {skew:+0;-0} of protocol {version}",
                new()
                {
                    Markers =
                    [
                        new()
                        {
                            ProducerId = p.Id,
                            ProducerEpoch = (short)(p.Epoch + skew),
                            TransactionVersion = version,
                            Topics = [new() { Name = with.Name, PartitionIndexes = [2] }],
                        },
                    ],
                },
                2);
        }

        await ProducersAsync(with, "after the markers");
    }

    private static async Task<Producer> InitAsync(Conversation with, string title, Producer? had = null)
    {
        var response = await with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            title,
            new() { TransactionalId = with.Name, TransactionTimeoutMs = 60_000, ProducerId = had?.Id ?? -1, ProducerEpoch = had?.Epoch ?? -1 },
            5);
        return new Producer(response.ProducerId, response.ProducerEpoch);
    }

    private static async Task<Producer> EndAsync(Conversation with, string title, Producer p, bool isCommit, short version = NewestEnd)
    {
        var response = await with.AskAsync<EndTxnRequest, EndTxnResponse>(
            title,
            new() { TransactionalId = with.Name, ProducerId = p.Id, ProducerEpoch = p.Epoch, Committed = isCommit },
            version);
        await CompleteIfKnownAsync(with);
        return new Producer(response.ProducerId, response.ProducerEpoch);
    }

    private static async Task CompleteIfKnownAsync(Conversation with)
    {
        if (with.Answers.Any(a => a.Title == "init")) await with.CompleteAsync(with.Name);
    }

    private static byte[] Batch(Producer p, int sequence, int count = 1) => TopicScript.Batch(p.Id, p.Epoch, sequence, count, isTransactional: true);

    public static ProduceRequest Write(Conversation with, string? id, params (int Partition, byte[] Records)[] batches) => new()
    {
        Acks = -1,
        TimeoutMs = 5000,
        TransactionalId = id,
        TopicData = [new() { Name = with.Name, PartitionData = [.. batches.Select(b => new ProduceRequest.PartitionProduceData { Index = b.Partition, Records = b.Records })] }],
    };

    private static Task WriteAsync(
        Conversation with, string title, Producer p, int sequence, int count = 1, string? id = "NAME", int partition = 0, short version = NewestProduce) =>
        with.AskAsync<ProduceRequest, ProduceResponse>(
            title, Write(with, id == "NAME" ? with.Name : id, (partition, Batch(p, sequence, count))), version);

    private static Task AddAsync(Conversation with, string title, Producer p, params int[] partitions) =>
        with.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            title,
            new()
            {
                V3AndBelowTransactionalId = with.Name,
                V3AndBelowProducerId = p.Id,
                V3AndBelowProducerEpoch = p.Epoch,
                V3AndBelowTopics = [new() { Name = with.Name, Partitions = partitions }],
            },
            3);

    private static Task CommitAsync(
        Conversation with,
        string title,
        Producer p,
        string? group = null,
        string? topic = null,
        string? id = null,
        string member = "",
        int generation = -1,
        short version = NewestCommit) =>
        with.AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            title,
            new()
            {
                TransactionalId = id ?? with.Name,
                GroupId = group ?? with.Name,
                ProducerId = p.Id,
                ProducerEpoch = p.Epoch,
                MemberId = member,
                GenerationId = generation,
                Topics = [new() { Name = topic ?? with.Name, Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7 }] }],
            },
            version);

    private static Task PositionAsync(Conversation with, string title) => with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
        title, new() { GroupId = with.Name, RequireStable = true, Topics = [new() { Name = with.Name, PartitionIndexes = [0, 1] }] }, 7);

    private static Task DescribeAsync(Conversation with, string title) => with.AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
        $"described {title}", new() { TransactionalIds = [with.Name] }, 0);

    private static Task ProducersAsync(Conversation with, string title) => with.AskAsync<DescribeProducersRequest, DescribeProducersResponse>(
        $"producers {title}", new() { Topics = [new() { Name = with.Name, PartitionIndexes = [0, 1, 2] }] }, 0);

    private readonly record struct Producer(long Id, short Epoch)
    {
        public Producer Plus(short epochs) => this with { Epoch = (short)(Epoch + epochs) };
    }
}
