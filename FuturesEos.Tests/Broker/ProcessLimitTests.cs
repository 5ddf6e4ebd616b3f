using System.Net.Sockets;
using Confluent.Kafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.EmbeddedKafka.Network;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>A broker in a process that may open few files: what is over is refused and said, and all others are served.</summary>
public sealed class ProcessLimitTests : IDisposable
{
    // the runtime and its assemblies need some 200
    private const int Files = 380;

    private readonly List<RawClient> _idle = [];

    [Fact]
    public async Task connections_beyond_the_open_files_are_refused_and_said_and_who_is_there_is_served()
    {
        await using var broker = await StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var producer = Clients.Producer(broker.BootstrapServers);
        await ProduceAsync(producer, "before");
        for (var i = 0; i < Files * 2; i++) _idle.Add(await RawClient.ConnectAsync(broker.BootstrapServers));
        await Eventually.True(() => broker.Log.Contains("Refused", StringComparison.Ordinal));
        await Eventually.True(() => broker.Log.Contains("ulimit -n", StringComparison.Ordinal));
        for (var i = 0; i < 5; i++) await ProduceAsync(producer, $"meanwhile {i}");
        Assert.True(broker.IsRunning, broker.Log);

        Leave();
        await Eventually.True(async () => await IsServedAsync(broker));
        Assert.Equal(6, Clients.ReadAll(broker.BootstrapServers, "t").Count);
    }

    [Fact]
    public async Task partitions_beyond_the_open_files_are_refused_with_the_remedy()
    {
        await using var broker = await StartAsync();
        await using var client = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        var refused = await CreateAsync(client, "many", Files);
        Assert.Equal(KafkaError.InvalidPartitions, refused.ErrorCode);
        Assert.Contains("ulimit -n", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(KafkaError.None, (await CreateAsync(client, "few", 3)).ErrorCode);
        var more = await client.SendAsync<CreatePartitionsRequest, CreatePartitionsResponse>(
            new() { TimeoutMs = 1000, Topics = [new() { Name = "few", Count = Files }] });
        Assert.Equal(KafkaError.InvalidPartitions, more.Results[0].ErrorCode);
        Assert.True(broker.IsRunning, broker.Log);
    }

    [Fact]
    public async Task a_log_that_has_no_file_left_for_its_next_segment_says_so_and_others_are_written()
    {
        const int Partitions = 20;
        await using var broker = await StartAsync();
        var small = new Dictionary<string, string> { ["segment.bytes"] = $"{1 << 20}" };
        await Clients.CreateTopicAsync(broker.BootstrapServers, "rolling", Partitions, small);
        await Clients.CreateTopicAsync(broker.BootstrapServers, "steady");
        await using var client = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        var batch = new FuturesEos.KafkaProtocol.Records.RecordBatchBuilder();
        batch.Add(1, "k"u8, new byte[1_000_000]);
        var error = KafkaError.None;
        for (var i = 0; i < Files && error == KafkaError.None; i++)
            error = await ProduceAsync(client, "rolling", i % Partitions, batch.Build());
        Assert.Equal(KafkaError.KafkaStorageError, error);
        await Eventually.True(() => broker.Log.Contains("ulimit -n", StringComparison.Ordinal));
        Assert.Equal(KafkaError.None, await ProduceAsync(client, "steady", 0, batch.Build()));
        Assert.True(broker.IsRunning, broker.Log);
    }

    public void Dispose() => Leave();

    private static async Task<BrokerProcess> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ulimit counts files on Linux");
        var broker = new BrokerProcess(limits: $"ulimit -n {Files}");
        await broker.StartAsync();
        return broker;
    }

    private static Task<DeliveryResult<string, byte[]>> ProduceAsync(IProducer<string, byte[]> producer, string key) =>
        producer.ProduceAsync("t", new() { Key = key, Value = [1] });

    private static async Task<KafkaError> ProduceAsync(KafkaConnection client, string topic, int partition, byte[] batch)
    {
        var answer = await client.SendAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 1000,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch }] }],
        });
        return answer.Responses[0].PartitionResponses[0].ErrorCode;
    }

    private static async Task<CreateTopicsResponse.CreatableTopicResult> CreateAsync(
        KafkaConnection client, string topic, int partitions)
    {
        var answer = await client.SendAsync<CreateTopicsRequest, CreateTopicsResponse>(new()
        {
            TimeoutMs = 1000, Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
        });
        return answer.Topics[0];
    }

    private static async Task<bool> IsServedAsync(BrokerProcess broker)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
            await client.SendAsync(HostileClientTests.Versions(1));
            return (await client.ReceiveAsync()).Length > 0;
        }
        catch (Exception refused) when (refused is SocketException or EndOfStreamException)
        {
            return false;
        }
    }

    private void Leave()
    {
        _idle.ForEach(client => client.Dispose());
        _idle.Clear();
    }
}
