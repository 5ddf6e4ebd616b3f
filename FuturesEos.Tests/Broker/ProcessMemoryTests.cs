using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Network;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>
/// A broker whose process may have 128 MiB, and clients that ask for more in each way there is: it lives, says what it
/// refuses, and serves the client beside them.
/// </summary>
public sealed class ProcessMemoryTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const string Limits = "export DOTNET_GCHeapHardLimit=0x8000000";
    private const string Large = "large";
    private const string Small = "small";

    private readonly List<RawClient> _raw = [];

    [Fact]
    public async Task answers_that_nobody_takes_cost_no_more_than_their_budget()
    {
        await using var broker = await StartAsync();
        for (var i = 0; i < 40; i++)
            Assert.Equal(KafkaError.None, await ProduceAsync(broker, Large, Batch(CompressionType.None, MiB - 1000)));
        for (var i = 0; i < 60; i++)
        {
            var client = await ConnectAsync(broker);
            await client.SendAsync(RawClient.Frame(FetchAll(), FetchRequest.Api, 11, 1));
        }

        await ServeBesideAsync(broker);
        Leave();
        using var patient = await RawClient.ConnectAsync(broker.BootstrapServers);
        await patient.SendAsync(RawClient.Frame(FetchAll(), FetchRequest.Api, 11, 1));
        Assert.True((await patient.ReceiveAsync(Deadline.Usual * 3)).Length > MiB / 2, "it gets its records in the end");
    }

    [Fact]
    public async Task batches_that_unpack_to_all_the_memory_are_refused()
    {
        await using var broker = await StartAsync();
        foreach (var codec in (CompressionType[])[CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd])
        {
            // 20 MB of nothing are more than one batch may unpack to here, and small enough for snappy to be taken
            var bomb = Batch(codec, 20 * MiB);
            if (bomb.Length > MiB) continue;
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ProduceAsync(broker, Large, bomb)));
            Assert.All(answers, error => Assert.Equal(KafkaError.MessageTooLarge, error));
            Assert.Equal(KafkaError.None, await ProduceAsync(broker, Large, Batch(codec, 6 * MiB)));
        }

        await ServeBesideAsync(broker);
    }

    [Fact]
    public async Task groups_and_positions_beyond_their_memory_are_refused_and_said()
    {
        await using var broker = await StartAsync();
        await using var client = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        var (committed, count) = (KafkaError.None, 0);
        for (; count < 100_000 && committed == KafkaError.None; count++)
            committed = await CommitAsync(client, $"positions {count}", count);
        Assert.Equal(KafkaError.InvalidCommitOffsetSize, committed);
        Assert.InRange(count, 500, 2000);
        Assert.Equal(KafkaError.GroupMaxSizeReached, await JoinAsync(client, "members", MiB));
        await Eventually.True(() => broker.Log.Contains("Refuses members and positions", StringComparison.Ordinal));

        // what is deleted makes room
        var gone = await client.SendAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
            new() { GroupsNames = [.. Enumerable.Range(0, 300).Select(i => $"positions {i}")] });
        Assert.All(gone.Results, result => Assert.Equal(KafkaError.None, result.ErrorCode));
        Assert.Equal(KafkaError.None, await CommitAsync(client, "one more", 1));
        Assert.Equal(KafkaError.None, await JoinAsync(client, "members", MiB));
        await ServeBesideAsync(broker);
    }

    public void Dispose() => Leave();

    private static async Task<BrokerProcess> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is set by a shell");
        var broker = new BrokerProcess(limits: Limits);
        await broker.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, Large);
        await Clients.CreateTopicAsync(broker.BootstrapServers, Small);
        return broker;
    }

    private static async Task ServeBesideAsync(BrokerProcess broker)
    {
        Assert.True(broker.IsRunning, broker.Log);
        using (var producer = Clients.Producer(broker.BootstrapServers))
        {
            for (var i = 0; i < 20; i++) await producer.ProduceAsync(Small, new() { Key = "k", Value = [(byte)i] });
        }

        Assert.Equal(20, Clients.ReadAll(broker.BootstrapServers, Small).Count);
        Assert.True(broker.IsRunning, broker.Log);
        Assert.DoesNotContain("OutOfMemory", broker.Log, StringComparison.Ordinal);
    }

    private static FetchRequest FetchAll() => new()
    {
        MaxWaitMs = 1000,
        MinBytes = 1,
        MaxBytes = 50 * MiB,
        Topics = [new() { Topic = Large, Partitions = [new() { PartitionMaxBytes = 50 * MiB }] }],
    };

    private static byte[] Batch(CompressionType codec, int bytes)
    {
        var batch = new RecordBatchBuilder { Compression = codec };
        batch.Add(1, "k"u8, new byte[bytes]);
        return batch.Build();
    }

    private static async Task<KafkaError> ProduceAsync(BrokerProcess broker, string topic, byte[] batch)
    {
        await using var client = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        var answer = await client.SendAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 1000,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = 0, Records = batch }] }],
        });
        return answer.Responses[0].PartitionResponses[0].ErrorCode;
    }

    private static async Task<KafkaError> JoinAsync(KafkaConnection client, string group, int bytes)
    {
        var answer = await client.SendAsync<JoinGroupRequest, JoinGroupResponse>(
            new()
            {
                GroupId = group,
                SessionTimeoutMs = 600_000,
                RebalanceTimeoutMs = 600_000,
                ProtocolType = "consumer",
                Protocols = [new() { Name = "range", Metadata = new byte[bytes] }],
            },
            3);
        return answer.ErrorCode;
    }

    private static async Task<KafkaError> CommitAsync(KafkaConnection client, string group, int offset)
    {
        var answer = await client.SendAsync<OffsetCommitRequest, OffsetCommitResponse>(
            new()
            {
                GroupId = group,
                Topics = [new() { Name = Small, Partitions = [new() { CommittedOffset = offset, CommittedMetadata = new string('m', 4000) }] }],
            },
            8);
        return answer.Topics[0].Partitions[0].ErrorCode;
    }

    private async Task<RawClient> ConnectAsync(BrokerProcess broker)
    {
        var client = await RawClient.ConnectAsync(broker.BootstrapServers);
        _raw.Add(client);
        return client;
    }

    private void Leave()
    {
        _raw.ForEach(client => client.Dispose());
        _raw.Clear();
    }
}
