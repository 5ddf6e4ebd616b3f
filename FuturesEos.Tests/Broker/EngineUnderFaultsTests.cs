using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.Streams;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>The engine is exactly once while the broker's answers are delayed, lost and doubled. A failure's plan is in its message.</summary>
public class EngineUnderFaultsTests
{
    [Theory]
    [InlineData("EndTxn 1 delay 1500; EndTxn 2 double; EndTxn 3 drop; EndTxn 4 refuse CoordinatorNotAvailable; EndTxn 5 double")]
    [InlineData("Produce 4 drop; Produce 9 double; TxnOffsetCommit 1 drop; TxnOffsetCommit 2 double; AddOffsetsToTxn 2 drop; AddPartitionsToTxn 2 delay 800")]
    public Task one_fault_after_another_costs_nothing(string plan) => CountAsync(FaultPlan.Parse(plan));

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task faults_by_chance_cost_nothing(int seed)
    {
        // A late EndTxn of protocol 1 may end the next transaction of its epoch, which no client can help (KAFKA-17754).
        var plan = FaultPlan.Random(
            seed, oneIn: 6, requests: 400, ApiKey.Produce, ApiKey.EndTxn, ApiKey.AddPartitionsToTxn, ApiKey.AddOffsetsToTxn, ApiKey.TxnOffsetCommit, ApiKey.Fetch);
        var kept = plan.ToString().Split("; ").Select(Fault.Parse).Where(fault => fault is not { Api: ApiKey.EndTxn, Kind: FaultKind.Late });
        return CountAsync(new FaultPlan(kept));
    }

    private static async Task CountAsync(FaultPlan plan)
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, Faults = plan });
        await using var rig = await EngineRig.CreateAsync(broker.BootstrapServers, "faults");
        var engine = rig.Start();
        await engine.ReadyAsync();
        for (var round = 1; round <= 4; round++)
        {
            rig.Send(50);
            await rig.OutputsAsync(round * 50);
        }

        Assert.True(plan.Happened.Count >= 5, $"of {plan} only {string.Join("; ", plan.Happened)} happened");
        rig.AssertExactlyOnce();
    }
}
