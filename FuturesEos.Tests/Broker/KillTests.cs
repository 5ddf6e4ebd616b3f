using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

[Trait("Category", "Long")]
public class KillTests
{
    private const int Partitions = 2;
    private const int Records = 20_000;
    private const int Kills = 4;

    [Fact]
    public async Task nothing_is_lost_doubled_or_torn_when_the_broker_is_killed_again_and_again()
    {
        await using var broker = new BrokerProcess();
        await broker.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "in", Partitions);
        await Clients.CreateTopicAsync(broker.BootstrapServers, "out", Partitions);
        using var stop = new CancellationTokenSource();
        var copier = new Copier(broker.BootstrapServers, "in", "out", Partitions);
        var copying = copier.RunAsync(stop.Token);
        var acknowledged = new long[Records];
        Array.Fill(acknowledged, -1);
        var sending = SendAsync(broker.BootstrapServers, acknowledged);
        for (var kill = 0; kill < Kills; kill++)
        {
            var seen = copier.Commits;
            await Eventually.True(() => copier.Commits > seen + 5 || copying.IsCompleted, Deadline.InSeconds(60));
            await broker.KillAndStartAsync();
        }

        await sending;
        await Eventually.True(() => Read(broker.BootstrapServers, "out").Sum(p => p.Count) >= Records, Deadline.InSeconds(120));
        await stop.CancelAsync();
        await copying;

        var input = Read(broker.BootstrapServers, "in");
        var output = Read(broker.BootstrapServers, "out");
        for (var p = 0; p < Partitions; p++)
        {
            var sent = Enumerable.Range(0, Records).Where(i => i % Partitions == p);
            Assert.Equal(sent, input[p].Select(r => BitConverter.ToInt32(r.Message.Value)));
            Assert.Equal(sent, output[p].Select(r => BitConverter.ToInt32(r.Message.Value)));
            Assert.All(input[p], r => Assert.Equal(acknowledged[BitConverter.ToInt32(r.Message.Value)], r.Offset.Value));
        }

        Assert.Equal(Kills, broker.Kills);
        Assert.True(copier.Commits > 0 && copier.Aborts > 0, $"{copier.Commits} commits, {copier.Aborts} aborts");
    }

    private static List<ConsumeResult<string, byte[]>>[] Read(string servers, string topic) =>
        [.. Enumerable.Range(0, Partitions).Select(p => Clients.ReadAll(servers, topic, p))];

    private static async Task SendAsync(string servers, long[] acknowledged)
    {
        using var producer = Clients.Producer(servers, config => config.MessageTimeoutMs = 120_000);
        var all = new List<Task>();
        for (var i = 0; i < acknowledged.Length; i++)
        {
            var number = i;
            var message = new Message<string, byte[]> { Key = "k", Value = BitConverter.GetBytes(number) };
            all.Add(producer.ProduceAsync(new TopicPartition("in", number % Partitions), message)
                .ContinueWith(sent => acknowledged[number] = sent.Result.Offset.Value, TaskContinuationOptions.ExecuteSynchronously));
            if (i % 100 == 99)
                await all[^1]; // spread over the kills
        }

        await Task.WhenAll(all);
    }
}
