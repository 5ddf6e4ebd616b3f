using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Tools;

/// <summary>Kafka's tools that measure: they write and read all that they are told to.</summary>
[Trait("Category", "Long")]
public class PerformanceToolsTests
{
    private const int Records = 20_000;

    [Fact]
    public async Task the_performance_tools_write_in_and_outside_of_transactions_and_read_all_of_it()
    {
        RealKafka.SkipWithout();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var with = new ToolTalk(broker.BootstrapServers, TestNames.Unique("perf"));
        await Clients.CreateTopicAsync(with.Servers, with.Name);
        var write = $"producer-perf --topic NAME --num-records {Records} --record-size 200 --throughput -1";
        var plain = await with.RunAsync($"{write} --command-property acks=all compression.type=zstd");
        Assert.Contains($"{Records} records sent", plain);
        var inTransactions = await with.RunAsync($"{write} --transactional-id NAME --transaction-duration-ms 50");
        Assert.Contains($"{Records} records sent", inTransactions);
        Assert.Equal(2 * Records, Clients.ReadAll(with.Servers, with.Name).Count);

        var read = await with.RunAsync($"consumer-perf --topic NAME --num-records {2 * Records} --group NAME");
        var lines = read.Split('\n').Select(line => line.Split(", ")).ToList();
        var column = lines.Find(line => line.Contains("data.consumed.in.nMsg"))!.IndexOf("data.consumed.in.nMsg");
        Assert.Contains(lines, line => line.Length > column && line[column] == $"{2 * Records}");
    }
}
