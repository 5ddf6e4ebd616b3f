using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>Topics that are made while one of three brokers is down are as safe as others.</summary>
[Trait("Category", "Long")]
public sealed class TopicsWithABrokerDownTests
{
    [Fact]
    public async Task they_get_three_replicas_and_two_in_sync_all_the_same()
    {
        await using var cluster = await RealKafka.OwnAsync(3);
        var kafka = new KafkaSettings(cluster.BootstrapServers, new Dictionary<string, string>());
        using var admin = new AdminClientBuilder(kafka.Admin()).SetLogHandler((_, _) => { }).Build();
        await cluster.CommandAsync("kill", "2");
        await Eventually.True(() => Brokers(admin) == 2, Deadline.InSeconds(60), "the cluster knows that one is down");

        List<TopicSpecification> topics =
        [
            .. Topics.All().Select(topic => new TopicSpecification
            {
                Name = topic.Name, NumPartitions = topic.Partitions,
                Configs = new Dictionary<string, string>(topic.Settings),
            }),
        ];
        await KafkaTopics.EnsureAsync(kafka, topics, TimeSpan.FromSeconds(60), NullLogger.Instance, default);

        await cluster.CommandAsync("boot", "2");
        await Eventually.True(
            () => topics.TrueForAll(topic => admin.GetMetadata(topic.Name, TimeSpan.FromSeconds(5)).Topics[0].Partitions
                .TrueForAll(partition => partition.Replicas.Length == 3 && partition.InSyncReplicas.Length == 3)),
            Deadline.InSeconds(60), "three replicas of each, in sync once the broker is back");
        var described = await admin.DescribeConfigsAsync(
            topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }));
        Assert.All(described, topic => Assert.Equal("2", topic.Entries["min.insync.replicas"].Value));
    }

    private static int Brokers(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(TimeSpan.FromSeconds(5)).Brokers.Count;
        }
        catch (KafkaException)
        {
            return 0;
        }
    }
}
