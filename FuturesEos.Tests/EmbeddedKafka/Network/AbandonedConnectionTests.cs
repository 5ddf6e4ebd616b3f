using System.Buffers.Binary;
using System.Net.Sockets;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

/// <summary>Clients that stop in the middle: half closed, gone, or sending what unpacks to more than anybody has.</summary>
public class AbandonedConnectionTests
{
    private const string Topic = "t";

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
}
