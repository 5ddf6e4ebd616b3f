using System.Globalization;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Random requests from a seed, to both brokers in step.</summary>
[Trait("Category", "Long")]
public class RandomDifferentialTests(RealKafka kafka)
{
    private const int Steps = 400;
    private const int DanceSteps = 60;

    private const string SeedsVariable = "FUTURES_EOS_SEEDS";

    /// <summary>FUTURES_EOS_SEEDS=101-132 takes others.</summary>
    public static TheoryData<int> Seeds => SeedsOr(20);

    public static TheoryData<int> DanceSeeds => SeedsOr(12);

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

    private static TheoryData<int> SeedsOr(int count)
    {
        if (Environment.GetEnvironmentVariable(SeedsVariable) is not { Length: > 0 } given) return [.. Enumerable.Range(1, count)];
        var ends = given.Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)];
    }

    private static void Report(Twins twins)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{twins.Asked.Count} APIs and versions; met: {string.Join(", ", twins.Met)}");
    }
}
