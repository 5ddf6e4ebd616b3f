using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>
/// A disk that loses what it was to write: each request is answered, and each partition for itself. An answer that does not
/// come is a closed connection to a client, which then tells nobody what happened.
/// </summary>
public sealed class FlushFailureTests
{
    private const string Topic = "t";
    private const string Group = "g";

    [Fact]
    public async Task of_several_partitions_only_the_one_on_the_sick_disk_is_refused()
    {
        var disk = new SickDisk();
        await using var broker = await OpenAsync(disk);
        disk.IsSick = path => path.Contains("/1/", StringComparison.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            var answer = await ProduceAsync(broker, 0, 1, 2);
            var partitions = answer.Responses[0].PartitionResponses;
            Assert.Equal(
                [KafkaError.None, KafkaError.KafkaStorageError, KafkaError.None], partitions.Select(p => p.ErrorCode));
            Assert.Equal([round, -1, round], partitions.Select(p => p.BaseOffset));
            Assert.NotNull(partitions[1].ErrorMessage);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task positions_that_cannot_be_stored_are_refused_and_none_are_told(short version)
    {
        var disk = new SickDisk();
        await using var broker = await OpenAsync(disk);
        await CommitAsync(broker);
        disk.IsSick = path => path.Contains("__consumer_offsets", StringComparison.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(KafkaError.CoordinatorNotAvailable, await CommitAsync(broker));
            var told = await broker.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
                new()
                {
                    GroupId = Group,
                    Topics = [new() { Name = Topic, PartitionIndexes = [0] }],
                    Groups = [new() { GroupId = Group, Topics = [new() { Name = Topic, PartitionIndexes = [0] }] }],
                },
                version);
            Assert.Equal(KafkaError.NotCoordinator, version switch
            {
                1 => told.Topics[0].Partitions[0].ErrorCode,
                < 8 => told.ErrorCode,
                _ => told.Groups[0].ErrorCode,
            });
        }

        var deleted = await broker.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(
            new() { GroupId = Group, Topics = [new() { Name = Topic, Partitions = [new()] }] });
        Assert.Equal(KafkaError.CoordinatorNotAvailable, deleted.ErrorCode);
        var gone = await broker.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>(new() { GroupsNames = [Group] });
        Assert.Equal(KafkaError.CoordinatorNotAvailable, gone.Results[0].ErrorCode);
    }

    [Fact]
    public async Task transactions_whose_state_cannot_be_stored_are_refused()
    {
        var disk = new SickDisk();
        await using var broker = await OpenAsync(disk);
        var producer = await InitAsync(broker, "before");
        disk.IsSick = path => path.Contains("/transactions/", StringComparison.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(KafkaError.CoordinatorNotAvailable, (await InitAsync(broker, $"after {round}")).ErrorCode);
            var added = await broker.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
                new()
                {
                    V3AndBelowTransactionalId = "before",
                    V3AndBelowProducerId = producer.ProducerId,
                    V3AndBelowProducerEpoch = producer.ProducerEpoch,
                    V3AndBelowTopics = [new() { Name = Topic, Partitions = [0] }],
                },
                3);
            Assert.Equal(
                KafkaError.CoordinatorNotAvailable,
                added.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode);
        }
    }

    private static async Task<CoreForTests> OpenAsync(LogStorage disk)
    {
        var broker = await CoreForTests.OpenAsync(disk, FsyncPolicy.Always);
        broker.Core.Topics.Create(Topic, 3, []);
        return broker;
    }

    private static Task<ProduceResponse> ProduceAsync(CoreForTests broker, params int[] partitions)
    {
        var batch = new RecordBatchBuilder();
        batch.Add(1, "k"u8, "v"u8);
        return broker.AskAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 1000,
            TopicData =
            [
                new()
                {
                    Name = Topic,
                    PartitionData =
                    [
                        .. partitions.Select(
                            p => new ProduceRequest.PartitionProduceData { Index = p, Records = batch.Build() }),
                    ],
                },
            ],
        });
    }

    private static async Task<KafkaError> CommitAsync(CoreForTests broker)
    {
        var answer = await broker.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            new() { GroupId = Group, Topics = [new() { Name = Topic, Partitions = [new() { CommittedOffset = 1 }] }] }, 8);
        return answer.Topics[0].Partitions[0].ErrorCode;
    }

    private static Task<InitProducerIdResponse> InitAsync(CoreForTests broker, string id) =>
        broker.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            new() { TransactionalId = id, TransactionTimeoutMs = 1000, ProducerId = -1, ProducerEpoch = -1 }, 4);

    /// <summary>Fails the flushes of some files.</summary>
    private sealed class SickDisk : LogStorage
    {
        private readonly Dictionary<SafeFileHandle, string> _names = [];

        public Func<string, bool> IsSick { get; set; } = _ => false;

        public override SafeFileHandle Open(string path)
        {
            var file = base.Open(path);
            lock (_names) _names[file] = path;
            return file;
        }

        public override void Flush(SafeFileHandle file)
        {
            string path;
            lock (_names) path = _names[file];
            if (IsSick(path)) throw new IOException("Input/output error");
        }
    }
}
