using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

public class GroupTests
{
    private const int Partitions = 6;

    [Fact]
    public async Task three_members_share_all_partitions_and_take_over_from_one_that_dies()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", Partitions);
        using var group = new MemberLoop(broker.BootstrapServers, "t");
        group.Add("a");
        await Eventually.True(() => group.Owners.Count == Partitions);
        group.Add("b");
        group.Add("c");
        await Eventually.True(() => group.Owners.Values.Distinct().Count() == 3 && group.Owners.Count == Partitions);
        Assert.All(group.Owners.Values.GroupBy(owner => owner), share => Assert.Equal(2, share.Count()));

        // b says nothing more: its session runs out
        group.Kill("b");
        await Eventually.True(() => group.Owners.Count == Partitions && !group.Owners.Values.Contains("b"));
        group.Leave("c");
        await Eventually.True(() => group.Owners.Count == Partitions && group.Owners.Values.All(owner => owner == "a"));
    }

    [Fact]
    public async Task equal_numbers_of_two_topics_stay_together_under_range()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "x", 3);
        await Clients.CreateTopicAsync(broker.BootstrapServers, "y", 3);
        using var group = new MemberLoop(broker.BootstrapServers, "x", "y");
        foreach (var name in (string[])["a", "b", "c"])
            group.Add(name);
        await Eventually.True(() => group.Owners.Count == 6 && group.Owners.Values.Distinct().Count() == 3);
        for (var p = 0; p < 3; p++)
            Assert.Equal(group.Owners[new TopicPartition("x", p)], group.Owners[new TopicPartition("y", p)]);
    }

    [Fact]
    public async Task a_static_member_that_comes_back_keeps_its_partitions_without_a_rebalance()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", Partitions);
        using var group = new MemberLoop(broker.BootstrapServers, "t") { SessionTimeoutMs = 20_000, IsStatic = true };
        group.Add("a");
        group.Add("b");
        await Eventually.True(() => group.Owners.Values.Distinct().Count() == 2 && group.Owners.Count == Partitions);
        var before = new Dictionary<TopicPartition, string>(group.Owners);
        var rebalances = group.Assignments("a");
        group.Leave("b");
        group.Add("b");
        await Eventually.True(() => group.Owners.Count == Partitions);
        Assert.Equal(before.OrderBy(o => o.Key.Partition.Value), group.Owners.OrderBy(o => o.Key.Partition.Value));
        Assert.Equal(rebalances, group.Assignments("a"));
    }

    [Fact]
    public async Task members_go_on_after_the_broker_was_restarted()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", Partitions);
        using var group = new MemberLoop(broker.BootstrapServers, "t");
        group.Add("a");
        group.Add("b");
        await Eventually.True(() => group.Owners.Values.Distinct().Count() == 2 && group.Owners.Count == Partitions);
        var before = group.Assignments("a") + group.Assignments("b");
        await broker.RestartAsync();
        using var producer = Clients.Producer(broker.BootstrapServers);
        for (var p = 0; p < Partitions; p++)
            await producer.ProduceAsync(new TopicPartition("t", p), new Message<string, byte[]> { Key = "k", Value = [(byte)p] });
        await Eventually.True(() => group.Seen.Count == Partitions);
        Assert.Equal(before, group.Assignments("a") + group.Assignments("b")); // the generation was kept: nobody rebalanced
    }
}
