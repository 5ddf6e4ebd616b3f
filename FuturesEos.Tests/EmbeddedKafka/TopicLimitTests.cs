using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

public class TopicLimitTests
{
    /// <summary>The largest numbers added to what is there are negative, if one does not look.</summary>
    [Theory]
    [InlineData(4096)]
    [InlineData(int.MaxValue - 1)]
    [InlineData(int.MaxValue)]
    public async Task more_partitions_than_the_limit_are_refused_however_many_they_are(int partitions)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "there");
        await using var client = await KafkaConnection.ConnectAsync(broker.BootstrapServers, "test", Deadline.Usual);
        var created = await client.SendAsync<CreateTopicsRequest, CreateTopicsResponse>(new()
        {
            Topics = [new() { Name = "many", NumPartitions = partitions, ReplicationFactor = 1 }],
            ValidateOnly = true,
        });
        Assert.Equal(KafkaError.InvalidPartitions, created.Topics[0].ErrorCode);
        var extended = await client.SendAsync<CreatePartitionsRequest, CreatePartitionsResponse>(new()
        {
            Topics = [new() { Name = "there", Count = partitions }],
            ValidateOnly = true,
        });
        Assert.Equal(KafkaError.InvalidPartitions, extended.Results[0].ErrorCode);
    }
}
