using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Random requests from a seed, to both brokers in step.</summary>
[Trait("Category", "Long")]
public class RandomDifferentialTests(RealKafka kafka)
{
    private const int Steps = 400;
    private const int DanceSteps = 60;

    /// <summary>FUTURES_EOS_SEEDS=101-132 takes others.</summary>
    public static TheoryData<int> Seeds => FuturesEos.Tests.Support.Seeds.Or(20);

    public static TheoryData<int> DanceSeeds => FuturesEos.Tests.Support.Seeds.Or(12);

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
    [MemberData(nameof(DanceSeeds))]
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
