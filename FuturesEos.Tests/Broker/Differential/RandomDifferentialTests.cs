using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Random requests from a seed, to both brokers in step.</summary>
[Trait("Category", "Long")]
public class RandomDifferentialTests(RealKafka kafka)
{
    private const int Steps = 400;
    private const int DanceSteps = 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task records_transactions_and_positions_are_answered_as_by_Apache_Kafka(int seed)
    {
        var servers = await kafka.OneNodeAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        await using var twins = await Twins.OpenAsync(broker.BootstrapServers, servers);
        await new RandomDialogue(twins, new Random(seed)).HoldAsync(Steps);
        Report(twins);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task members_of_a_group_are_answered_as_by_Apache_Kafka(int seed)
    {
        var servers = await kafka.OneNodeAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        await using var twins = await Twins.OpenAsync(broker.BootstrapServers, servers);
        await new GroupDance(twins, new Random(seed)).HoldAsync(DanceSteps);
        Report(twins);
    }

    private static void Report(Twins twins)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{twins.Asked.Count} APIs and versions; met: {string.Join(", ", twins.Met)}");
    }
}
