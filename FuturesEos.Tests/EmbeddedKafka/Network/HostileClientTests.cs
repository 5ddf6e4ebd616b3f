using System.Buffers.Binary;
using FuturesEos.EmbeddedKafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

public class HostileClientTests
{
    internal static byte[] Versions(int id) => RawClient.Frame(new ApiVersionsRequest(), ApiVersionsRequest.Api, 2, id);

    [Fact]
    public async Task a_request_may_arrive_byte_by_byte()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
        var frame = Versions(7);
        for (var i = 0; i < frame.Length; i++)
            await client.SendAsync(frame.AsMemory(i, 1));
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(await client.ReceiveAsync()));
    }

    [Fact]
    public async Task requests_sent_ahead_are_answered_in_their_order()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
        await client.SendAsync(Enumerable.Range(0, 500).SelectMany(Versions).ToArray());
        for (var i = 0; i < 500; i++)
            Assert.Equal(i, BinaryPrimitives.ReadInt32BigEndian(await client.ReceiveAsync()));
    }

    public static TheoryData<string, byte[]> Nonsense => new()
    {
        { "a length of two billion", [0x7f, 0xff, 0xff, 0xff] },
        { "a negative length", [0xff, 0xff, 0xff, 0xff] },
        { "a length of nothing", [0, 0, 0, 0] },
        { "a frame shorter than a header", [0, 0, 0, 2, 0, 18] },
        { "an unknown API", [0, 0, 0, 10, 0x03, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff] },
        { "a client id longer than the frame", [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0x7f, 0xff] },
        { "a version that is not offered", [0, 0, 0, 10, 0, 3, 0x00, 0x63, 0, 0, 0, 1, 0xff, 0xff] },
        { "an array that is not there", [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff] },
        { "another protocol", "GET / HTTP/1.1\r\nHost: broker\r\n\r\n"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task nonsense_ends_its_own_connection_and_no_other(string what, byte[] bytes)
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var honest = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var hostile = await RawClient.ConnectAsync(broker.BootstrapServers);
        await hostile.SendAsync(bytes);
        Assert.True(await hostile.IsClosedAsync(), what);
        await honest.SendAsync(Versions(1));
        Assert.NotEmpty(await honest.ReceiveAsync());
    }

    [Fact]
    public async Task random_bytes_in_every_api_never_stop_the_broker()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var random = new Random(5);
        var keys = Enum.GetValues<ApiKey>();
        for (var round = 0; round < 400; round++)
        {
            using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
            var frame = new byte[4 + 10 + random.Next(60)];
            random.NextBytes(frame);
            BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
            BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), (short)keys[round % keys.Length]);
            BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), (short)random.Next(0, 10));
            BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(12), -1);
            await client.SendAsync(frame);
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            if (round % 50 == 0)
                await client.IsClosedAsync();
        }

        await using var honest = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        Assert.NotEmpty((await honest.SendAsync<MetadataRequest, MetadataResponse>(new())).Brokers);
    }

    [Fact]
    public async Task a_newer_ApiVersions_is_answered_in_version_0_with_the_list()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var client = await RawClient.ConnectAsync(broker.BootstrapServers);
        await client.SendAsync(RawClient.Frame(new ApiVersionsRequest(), ApiVersionsRequest.Api, 99, 1));
        var answer = await client.ReceiveAsync();
        var response = new ApiVersionsResponse();
        new ProtocolReader(answer.AsMemory(4), 0, isFlexible: false).Struct(response);
        Assert.Equal(KafkaError.UnsupportedVersion, response.ErrorCode);
        Assert.Contains(response.ApiKeys, api => api.ApiKey == (short)ApiKey.ApiVersions && api.MaxVersion == 4);
    }

    [Fact]
    public async Task whoever_sends_or_takes_too_slowly_is_cut_off_and_so_is_the_idle()
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new EmbeddedKafkaOptions
        {
            DataFolder = folder,
            TransferTimeout = TimeSpan.FromSeconds(1),
            IdleTimeout = TimeSpan.FromSeconds(2),
            MaxConnections = 10,
        });
        using var slow = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var idle = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var deaf = await RawClient.ConnectAsync(broker.BootstrapServers);
        await slow.SendAsync(Versions(1).AsMemory(0, 9));

        // answers that nobody takes fill the sockets' buffers; then the broker waits, and after a while it does not
        var many = Enumerable.Range(0, 2000).SelectMany(Versions).ToArray();
        var sending = Task.Run(async () =>
        {
            while (true)
                await deaf.SendAsync(many);
        });
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => sending.WaitAsync(Deadline.Usual));
        Assert.True(await slow.IsClosedAsync(), "slow");
        Assert.True(await idle.IsClosedAsync(), "idle");
    }

    [Fact]
    public async Task connections_beyond_the_limit_are_closed_and_a_place_that_gets_free_is_given_away()
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new EmbeddedKafkaOptions { DataFolder = folder, MaxConnections = 3 });
        var clients = new List<RawClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await RawClient.ConnectAsync(broker.BootstrapServers));
            await clients[i].SendAsync(Versions(i));
            await clients[i].ReceiveAsync();
        }

        using (var fourth = await RawClient.ConnectAsync(broker.BootstrapServers))
            Assert.True(await fourth.IsClosedAsync());
        clients[0].Dispose();
        await Eventually.True(async () =>
        {
            using var next = await RawClient.ConnectAsync(broker.BootstrapServers);
            try
            {
                await next.SendAsync(Versions(9));
                return (await next.ReceiveAsync()).Length > 0;
            }
            catch (Exception refused) when (refused is EndOfStreamException or System.Net.Sockets.SocketException)
            {
                return false;
            }
        });
        clients.ForEach(client => client.Dispose());
    }

    /// <summary>In a process of its own: what other tests take meanwhile is not the broker's.</summary>
    [Fact]
    public async Task two_thousand_connections_that_announce_large_requests_cost_little_memory()
    {
        await using var broker = new BrokerProcess();
        await broker.StartAsync();
        var before = broker.WorkingSet;
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                var client = await RawClient.ConnectAsync(broker.BootstrapServers);
                clients.Add(client);
                await client.SendAsync(Versions(i));
            }

            foreach (var client in clients)
                Assert.NotEmpty(await client.ReceiveAsync());

            // 16 MiB announced, a hundred bytes sent
            var bomb = new byte[100];
            BinaryPrimitives.WriteInt32BigEndian(bomb, 16 << 20);
            foreach (var client in clients)
                await client.SendAsync(bomb);
            await using var honest = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
            Assert.NotEmpty((await honest.SendAsync<MetadataRequest, MetadataResponse>(new())).Brokers);
            Assert.InRange((broker.WorkingSet - before) >> 20, 0, 60);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
