using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// A topic is deleted in the midst of a transaction, and made again under the same name before it ends.
/// </summary>
internal static class RecreatedTopicScript
{
    private const int Partitions = 2;
    private const short FirstOfSecondProtocol = 12;
    private static readonly short[] Versions = [9, 11, FirstOfSecondProtocol];

    public static async Task HoldAsync(Conversation with)
    {
        foreach (var version in Versions)
        {
            foreach (var isFromZero in new[] { true, false })
                await HoldAsync(new Round(with, version, $"{with.Name}-{version}-{isFromZero}"), isFromZero);
        }
    }

    private static async Task HoldAsync(Round round, bool isFromZero)
    {
        await round.MakeAsync();
        await round.InitAsync();
        await round.BeginAsync();
        await round.WriteAsync("written", 0);
        await round.PositionsAsync("of the transaction", 7);
        await round.PositionAsync();
        await round.DeleteAsync();
        await round.ToldAsync("deleted");
        await round.WriteAsync("to the deleted", 1);
        await round.PositionsAsync("of the deleted", 8);
        await round.MakeAsync();
        await round.ToldAsync("made again");
        await round.WriteAsync("to the new one", isFromZero ? 0 : 1);
        await round.FetchAsync("open");
        await round.WriteAsync("to the new one once more", isFromZero ? 1 : 2);
        await round.EndAsync(isCommit: true);
        await round.ToldAsync("committed");
        await round.FetchAsync("committed");
        await round.BeginAsync();
        await round.WriteAsync("in the next", round.IsSecondProtocol ? 0 : isFromZero ? 2 : 3);
        await round.EndAsync(isCommit: false);
        await round.FetchAsync("at the end");
    }

    private sealed class Round(Conversation with, short version, string name)
    {
        private long _producer;
        private short _epoch;

        public bool IsSecondProtocol => version >= FirstOfSecondProtocol;

        public Task MakeAsync() => with.MakeAsync(name, Partitions);

        public async Task DeleteAsync()
        {
            await with.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(
                "deleted", new() { TimeoutMs = 5000, TopicNames = [name] }, 4);

            // what follows from it in Kafka's log and coordinator does so a moment later
            await Eventually.True(async () =>
            {
                var found = await with.Connection.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(new()
                {
                    ReplicaId = -1, Topics = [new() { Name = name, Partitions = [new() { Timestamp = -1 }] }],
                });
                return found.Topics[0].Partitions[0].ErrorCode == KafkaError.UnknownTopicOrPartition;
            });
            await Eventually.True(async () =>
            {
                var found = await with.Connection.SendAsync<OffsetFetchRequest, OffsetFetchResponse>(new()
                {
                    Groups = [new() { GroupId = name, Topics = [new() { Name = name, PartitionIndexes = [1] }] }],
                });
                return found.Groups[0].Topics[0].Partitions[0].CommittedOffset < 0;
            });
        }

        public async Task InitAsync()
        {
            var init = await with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
                $"init for {version}",
                new() { TransactionalId = name, TransactionTimeoutMs = 60_000, ProducerId = -1, ProducerEpoch = -1 },
                4);
            (_producer, _epoch) = (init.ProducerId, init.ProducerEpoch);
        }

        public async Task BeginAsync()
        {
            if (IsSecondProtocol) return;
            await with.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
                "registered",
                new()
                {
                    V3AndBelowTransactionalId = name,
                    V3AndBelowProducerId = _producer,
                    V3AndBelowProducerEpoch = _epoch,
                    V3AndBelowTopics = [new() { Name = name, Partitions = [0] }],
                },
                3);
            await with.AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(
                "the group",
                new() { TransactionalId = name, ProducerId = _producer, ProducerEpoch = _epoch, GroupId = name },
                3);
        }

        public Task WriteAsync(string title, int sequence) => TopicScript.ProduceAsync(
            with,
            title,
            TopicScript.Batch(_producer, _epoch, sequence, isTransactional: true),
            topic: name,
            transactionalId: name,
            version: version);

        public Task PositionsAsync(string title, long position) =>
            with.AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
                title,
                new()
                {
                    TransactionalId = name,
                    GroupId = name,
                    ProducerId = _producer,
                    ProducerEpoch = _epoch,
                    GenerationId = -1,
                    Topics = [new() { Name = name, Partitions = [new() { CommittedOffset = position }] }],
                },
                (short)(IsSecondProtocol ? 5 : 3));

        public Task PositionAsync() => with.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            "a position without a transaction",
            new()
            {
                GroupId = name,
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = name, Partitions = [new() { PartitionIndex = 1, CommittedOffset = 3 }] }],
            },
            8);

        public Task ToldAsync(string title) => with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            $"positions: {title}",
            new()
            {
                GroupId = name, RequireStable = true, Topics = [new() { Name = name, PartitionIndexes = [0, 1] }],
            },
            7);

        public Task FetchAsync(string title) => with.AskAsync<FetchRequest, FetchResponse>(
            $"read: {title}",
            new()
            {
                MaxBytes = 1 << 20,
                IsolationLevel = 1,
                Topics = [new() { Topic = name, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }],
            },
            11);

        public async Task EndAsync(bool isCommit)
        {
            var end = await with.AskAsync<EndTxnRequest, EndTxnResponse>(
                isCommit ? "commit" : "abort",
                new() { TransactionalId = name, ProducerId = _producer, ProducerEpoch = _epoch, Committed = isCommit },
                (short)(IsSecondProtocol ? 5 : 3));
            if (IsSecondProtocol) (_producer, _epoch) = (end.ProducerId, end.ProducerEpoch);
            await with.CompleteAsync(name);
        }
    }
}
