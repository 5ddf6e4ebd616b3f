using System.Buffers.Binary;
using System.Net.Sockets;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

/// <summary>Clients that stop in the middle: half closed, gone, or sending what unpacks to more than anybody has.</summary>
public class AbandonedConnectionTests
{
    private const string Topic = "t";
    private const int Ever = int.MaxValue;

    [Fact]
    public async Task who_has_closed_his_side_still_gets_his_answers_and_then_the_end()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
        await client.SendAsync(Enumerable.Range(0, 3).SelectMany(HostileClientTests.Versions).ToArray());
        client.Socket.Shutdown(SocketShutdown.Send);
        for (var i = 0; i < 3; i++)
            Assert.Equal(i, BinaryPrimitives.ReadInt32BigEndian(await client.ReceiveAsync()));
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task who_vanishes_inside_a_request_or_while_it_is_parked_gives_his_place_back()
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, MaxConnections = 4 });
        await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
        var parked = RawClient.Frame(
            new FetchRequest
            {
                MaxWaitMs = 1000,
                MinBytes = 1,
                MaxBytes = 1000,
                Topics = [new() { Topic = Topic, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
            },
            FetchRequest.Api, 11, 1);
        for (var round = 0; round < 5; round++)
        {
            await Eventually.True(async () =>
            {
                using var inside = await RawClient.ConnectAsync(broker.BootstrapServers);
                using var waiting = await RawClient.ConnectAsync(broker.BootstrapServers);
                try
                {
                    foreach (var client in (RawClient[])[inside, waiting])
                    {
                        // closed without a word of farewell
                        client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                        await client.SendAsync(HostileClientTests.Versions(1));
                        await client.ReceiveAsync();
                    }

                    await inside.SendAsync(parked.AsMemory(0, parked.Length / 2));
                    await waiting.SendAsync(parked);
                    return true;
                }
                catch (Exception refused) when (refused is EndOfStreamException or SocketException)
                {
                    return false; // those before still have the places
                }
            });
        }
    }

    [Theory]
    [InlineData("fetch", false)]
    [InlineData("fetch", true)]
    [InlineData("join", false)]
    [InlineData("join", true)]
    [InlineData("sync", false)]
    public async Task who_leaves_while_his_request_waits_gives_his_place_back_at_once(string what, bool hasMoreToSay)
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, MaxConnections = 2 });
        await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
        for (var round = 0; round < 4; round++)
        {
            using var client = await ServedAsync(broker.BootstrapServers);
            using var other = await ServedAsync(broker.BootstrapServers);
            var waiting = what switch
            {
                "fetch" => ParkedFetch(Topic),
                "join" => await JoinOfTwoAsync(client, other, $"group {round}"),
                _ => await SyncOfTwoAsync(client, other, $"group {round}"),
            };
            await client.SendAsync(waiting);
            if (hasMoreToSay) await client.SendAsync(HostileClientTests.Versions(9));
        }
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task a_request_that_unpacks_to_more_than_any_may_is_refused_and_others_are_served(CompressionType codec)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
        var builder = new RecordBatchBuilder { Compression = codec };
        builder.Add(1, "k"u8, new byte[Compression.DefaultMaxBytes]);
        await using var hostile = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "hostile", Deadline.Usual);
        var answer = await hostile.SendAsync<ProduceRequest, ProduceResponse>(new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 1000,
            TopicData = [new() { Name = Topic, PartitionData = [new() { Index = 0, Records = builder.Build() }] }],
        });
        Assert.NotEqual(KafkaError.None, answer.Responses[0].PartitionResponses[0].ErrorCode);
        using var producer = Clients.Producer(broker.BootstrapServers);
        await producer.ProduceAsync(Topic, new() { Key = "k", Value = [1] });
        Assert.Single(Clients.ReadAll(broker.BootstrapServers, Topic));
    }

    // accepted, which the first ones are not while those before still have their places
    private static async Task<RawClient> ServedAsync(string servers)
    {
        RawClient? served = null;
        await Eventually.True(async () =>
        {
            var client = await RawClient.ConnectAsync(servers);
            try
            {
                await client.SendAsync(HostileClientTests.Versions(1));
                await client.ReceiveAsync();
                served = client;
                return true;
            }
            catch (Exception refused) when (refused is EndOfStreamException or SocketException)
            {
                client.Dispose();
                return false;
            }
        });
        return served!;
    }

    private static byte[] ParkedFetch(string topic) => RawClient.Frame(
        new FetchRequest
        {
            MaxWaitMs = Ever,
            MinBytes = 1,
            MaxBytes = 1000,
            Topics = [new() { Topic = topic, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
        },
        FetchRequest.Api, 11, 1);

    private static JoinGroupRequest Join(string group, string member = "") => new()
    {
        GroupId = group,
        MemberId = member,
        SessionTimeoutMs = 1_800_000,
        RebalanceTimeoutMs = Ever,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = new byte[] { 1 } }],
    };

    // one is in the group and does not join again: whoever comes next waits for it
    private static async Task<byte[]> JoinOfTwoAsync(RawClient next, RawClient first, string group)
    {
        await first.SendAsync(RawClient.Frame(Join(group), JoinGroupRequest.Api, 3, 1));
        await first.ReceiveAsync();
        return RawClient.Frame(Join(group), JoinGroupRequest.Api, 3, 2);
    }

    // both are in the group, the leader hands nothing in
    private static async Task<byte[]> SyncOfTwoAsync(RawClient next, RawClient first, string group)
    {
        var leader = Answer(await AskAsync(first, Join(group)));
        await next.SendAsync(RawClient.Frame(Join(group), JoinGroupRequest.Api, 3, 2));
        JoinGroupResponse again;
        do
            again = Answer(await AskAsync(first, Join(group, leader.MemberId)));
        while (again.Members.Length < 2);
        var follower = Answer(await next.ReceiveAsync());
        return RawClient.Frame(
            new SyncGroupRequest { GroupId = group, MemberId = follower.MemberId, GenerationId = follower.GenerationId },
            SyncGroupRequest.Api, 2, 3);
    }

    private static async Task<byte[]> AskAsync(RawClient client, JoinGroupRequest request)
    {
        await client.SendAsync(RawClient.Frame(request, JoinGroupRequest.Api, 3, 1));
        return await client.ReceiveAsync();
    }

    private static JoinGroupResponse Answer(byte[] frame)
    {
        var answer = new JoinGroupResponse();
        new ProtocolReader(frame.AsMemory(4), 3, isFlexible: false).Struct(answer);
        return answer;
    }
}
