using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Tools;

/// <summary>Kafka's tools with the embedded broker and with Apache Kafka: they must print the same lines.</summary>
[Trait("Category", "Long")]
public class KafkasToolsTests(RealKafka kafka)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);

    [Fact]
    public Task groups_look_as_with_Apache_Kafka() => CompareAsync(GroupsAsync);

    private async Task CompareAsync(Func<ToolTalk, Task> script)
    {
        var servers = await kafka.OneNodeAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var name = TestNames.Unique("tools");
        var (ours, theirs) = (new ToolTalk(broker.BootstrapServers, name), new ToolTalk(servers, name));
        await script(theirs);
        await script(ours);
        Assert.Equal(string.Join('\n', theirs.Lines), string.Join('\n', ours.Lines));
    }

    private static async Task GroupsAsync(ToolTalk with)
    {
        const string Reset = "groups --reset-offsets --group NAME --topic NAME --execute";
        await Clients.CreateTopicAsync(with.Servers, with.Name, partitions: 2);
        using (var producer = Clients.Producer(with.Servers))
        {
            for (var i = 0; i < 10; i++)
            {
                var time = new Timestamp(Start.AddSeconds(i));
                await producer.ProduceAsync(
                    new TopicPartition(with.Name, i % 2), new() { Key = "k", Value = [1], Timestamp = time });
            }
        }

        using (var member = Clients.Consumer(with.Servers, with.Name, Named))
        {
            member.Subscribe(with.Name);
            await Eventually.True(() => member.Consume(TimeSpan.FromMilliseconds(50)) is not null);
            member.Commit([new(with.Name, 0, 2), new(with.Name, 1, 3)]);
            await with.RunAsync("groups --describe --group NAME");
            await with.RunAsync("groups --describe --group NAME --members --verbose");
            await with.RunAsync("groups --describe --group NAME --state");
            await with.RunAsync($"{Reset} --to-earliest");
            await with.RunAsync("groups --delete --group NAME");
            member.Close();
        }

        await with.RunAsync("groups --describe --group NAME");
        await with.RunAsync("groups --describe --group NAME --state");
        await with.RunAsync($"{Reset} --shift-by 1");
        await with.RunAsync($"{Reset} --to-datetime {Start.AddSeconds(5):yyyy-MM-ddTHH:mm:ss.fff}");
        await with.RunAsync("groups --delete-offsets --group NAME --topic NAME:1");
        await with.RunAsync("groups --describe --group NAME");
        await with.RunAsync("groups --delete --group NAME");
        await with.RunAsync("groups --describe --group NAME");
    }

    private static void Named(ConsumerConfig config)
    {
        config.ClientId = "member";
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
    }
}
