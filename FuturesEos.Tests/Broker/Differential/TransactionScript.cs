using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Transactions of protocol 1, right and wrong.</summary>
internal static class TransactionScript
{
    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, 2);
        await with.AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>("no such coordinator", new() { Key = with.Name, KeyType = 9 }, 2);
        foreach (var (id, timeout) in new[] { ("", 5000), (with.Name, 0), (with.Name, -1), (with.Name, int.MaxValue) })
            await InitAsync(with, $"init '{id.Length > 0}' {timeout}", id, timeout);
        await InitAsync(with, "init with half of what it had", with.Name, 5000, 5, -1);
        var p = await InitAsync(with, "init", with.Name, 60_000);
        await EndAsync(with, "commit of nothing", p, true);
        await AddAsync(with, "a partition that is not", p, with.Name, 0, 9);
        await AddAsync(with, "a foreign producer id", p with { Id = p.Id + 1000 }, with.Name, 0);
        await AddAsync(with, "a newer epoch", p with { Epoch = 9 }, with.Name, 0);
        await AddAsync(with, "registered", p, with.Name, 0);
        await AddAsync(with, "registered again", p, with.Name, 0);
        await TopicScript.ProduceAsync(with, "written", TopicScript.Batch(p.Id, p.Epoch, 0, isTransactional: true), transactionalId: with.Name);
        await TopicScript.ProduceAsync(with, "written without a transaction", TopicScript.Batch(p.Id, p.Epoch, 1), transactionalId: with.Name);
        await FetchAsync(with, "read while open", 1);
        await with.AskAsync<ListOffsetsRequest, ListOffsetsResponse>("stable end", new() { ReplicaId = -1, IsolationLevel = 1, Topics = [new() { Name = with.Name, Partitions = [new() { Timestamp = -1 }] }] }, 7);
        await PositionsAsync(with, p);
        await with.AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>("described", new() { TransactionalIds = [with.Name + "-no"] }, 0);
        await EndAsync(with, "commit by a foreign id", p with { Id = p.Id + 1000 }, true);
        await EndAsync(with, "commit by a newer epoch", p with { Epoch = 9 }, true);
        await EndAsync(with, "committed", p, true);
        await CompleteAsync(with);
        await EndAsync(with, "committed again", p, true);
        await EndAsync(with, "aborted after the commit", p, false);
        await with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>("position after the commit", Positions(with), 7);
        await AbortedAsync(with, p);
        await FencedAsync(with, p);
    }

    private static async Task PositionsAsync(Conversation with, Producer p)
    {
        await with.AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>("no group", new() { TransactionalId = with.Name, ProducerId = p.Id, ProducerEpoch = p.Epoch }, 3);
        await with.AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>("the group", new() { TransactionalId = with.Name, ProducerId = p.Id, ProducerEpoch = p.Epoch, GroupId = with.Name }, 3);
        await CommitAsync(with, "positions of a stranger", p, "stranger", 3);
        await CommitAsync(with, "positions of nobody in particular", p, "", -1);
        await with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>("an unstable position", Positions(with), 7);
    }

    private static async Task AbortedAsync(Conversation with, Producer p)
    {
        await AddAsync(with, "registered for the next", p, with.Name, 0, 1);
        await TopicScript.ProduceAsync(with, "written to be aborted", TopicScript.Batch(p.Id, p.Epoch, 1, 2, isTransactional: true), transactionalId: with.Name);
        await EndAsync(with, "aborted", p, false);
        await CompleteAsync(with);
        await FetchAsync(with, "read with the aborted", 1);
        await FetchAsync(with, "read uncommitted", 0);
    }

    private static async Task FencedAsync(Conversation with, Producer p)
    {
        var next = await InitAsync(with, "init again", with.Name, 60_000);
        await InitAsync(with, "init of the former", with.Name, 60_000, p.Id, p.Epoch);
        await AddAsync(with, "registered by the former", p, with.Name, 0);
        await EndAsync(with, "ended by the former", p, true);
        await with.AskAsync<EndTxnRequest, EndTxnResponse>("ended by the former, version 1", End(with, p, true), 1);
        await TopicScript.ProduceAsync(with, "written by the former", TopicScript.Batch(p.Id, p.Epoch, 3, isTransactional: true), transactionalId: with.Name);
        var bumped = await InitAsync(with, "init with what it has", with.Name, 60_000, next.Id, next.Epoch);
        await InitAsync(with, "the same once more", with.Name, 60_000, next.Id, next.Epoch);
        await AddAsync(with, "registered after the bump", bumped, with.Name, 0);
    }

    // markers follow the answer: wait until all are written
    private static Task CompleteAsync(Conversation with) => Eventually.True(async () =>
    {
        var answer = await with.Connection.SendAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(new() { TransactionalIds = [with.Name] });
        return answer.TransactionStates[0].TransactionState.StartsWith("Complete", StringComparison.Ordinal);
    });

    private static async Task<Producer> InitAsync(
        Conversation with, string title, string id, int timeoutMs, long producerId = -1, short epoch = -1)
    {
        var request = new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = timeoutMs, ProducerId = producerId, ProducerEpoch = epoch };
        var response = await with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(title, request, 4);
        return new Producer(response.ProducerId, response.ProducerEpoch);
    }

    private static Task AddAsync(Conversation with, string title, Producer p, string topic, params int[] partitions) =>
        with.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            title,
            new()
            {
                V3AndBelowTransactionalId = with.Name,
                V3AndBelowProducerId = p.Id,
                V3AndBelowProducerEpoch = p.Epoch,
                V3AndBelowTopics = [new() { Name = topic, Partitions = partitions }],
            },
            3);

    private static EndTxnRequest End(Conversation with, Producer p, bool isCommit) =>
        new() { TransactionalId = with.Name, ProducerId = p.Id, ProducerEpoch = p.Epoch, Committed = isCommit };

    private static Task EndAsync(Conversation with, string title, Producer p, bool isCommit) =>
        with.AskAsync<EndTxnRequest, EndTxnResponse>(title, End(with, p, isCommit), 3);

    private static Task CommitAsync(Conversation with, string title, Producer p, string member, int generation) =>
        with.AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            title,
            new()
            {
                TransactionalId = with.Name,
                GroupId = with.Name,
                ProducerId = p.Id,
                ProducerEpoch = p.Epoch,
                MemberId = member,
                GenerationId = generation,
                Topics = [new() { Name = with.Name, Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7 }] }],
            },
            3);

    private static OffsetFetchRequest Positions(Conversation with) =>
        new() { GroupId = with.Name, RequireStable = true, Topics = [new() { Name = with.Name, PartitionIndexes = [0, 1] }] };

    private static Task FetchAsync(Conversation with, string title, sbyte isolation) =>
        with.AskAsync<FetchRequest, FetchResponse>(
            title,
            new() { MaxBytes = 1 << 20, IsolationLevel = isolation, Topics = [new() { Topic = with.Name, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] },
            11);

    private readonly record struct Producer(long Id, short Epoch);
}
