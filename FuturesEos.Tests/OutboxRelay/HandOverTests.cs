using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using FuturesEos.Tests.Topology;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// The slot changes hands between Debezium and the relay while rows are written, and whoever had it is killed.
/// </summary>
[Trait("Category", "Long")]
public sealed class HandOverTests
{
    private const int RowsOfStep = 400;

    [Fact]
    public async Task debezium_and_the_relay_take_over_from_each_other_and_nothing_is_lost_or_doubled()
    {
        TopologyTests.SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        using var writing = new OutboxWriter(rig.Owner);
        await FlowAsync(rig, writing);

        // Debezium dies in the middle of its work; its worker comes back, and is told to stop
        await rig.KillConnectAsync();
        await rig.StartConnectAsync();
        await SucceedsAsync(rig, "relay", "adopt", "--connect", $"{rig.Rest}");
        var relay = await rig.StartRelayAsync();
        await FlowAsync(rig, writing);
        relay.Signal("KILL");
        await relay.ExitAsync();

        await SucceedsAsync(rig, "relay", "release", "--connect", $"{rig.Rest}");
        await FlowAsync(rig, writing);

        // Debezium dies, and a relay that was not told does not step in; told, it does
        await rig.KillConnectAsync();
        var (code, talk) = await rig.RunRelayAsync();
        Assert.Equal(1, code);
        Assert.Contains("eos relay adopt", talk);
        await rig.StartConnectAsync();
        await SucceedsAsync(rig, "relay", "adopt", "--connect", $"{rig.Rest}");
        await rig.StartRelayAsync();
        await FlowAsync(rig, writing);
        await writing.StopAsync();
        await JudgeAsync(rig);
    }

    [Fact]
    public async Task after_the_hand_over_a_crash_of_the_database_that_sets_the_slot_back_doubles_nothing()
    {
        TopologyTests.SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        await SucceedsAsync(rig, "relay", "adopt", "--connect", $"{rig.Rest}");
        var relay = await rig.StartRelayAsync();
        await PostgresForTests.ExecuteAsync(rig.Owner, RelayRig.InsertSql(1));
        await CountAsync(rig, 1);
        // the slot's place is on disk; what follows is not
        await PostgresForTests.ExecuteAsync(rig.Owner, "CHECKPOINT");
        for (var n = 0; n < 50; n++)
            await PostgresForTests.ExecuteAsync(rig.Owner, RelayRig.InsertSql(3, n * 3));
        await CountAsync(rig, 151);
        relay.Signal("KILL");
        await relay.ExitAsync();

        await SucceedsAsync(rig, "relay", "release", "--connect", $"{rig.Rest}");
        await rig.CrashDatabaseAsync();
        await PostgresForTests.ExecuteAsync(rig.Owner, RelayRig.InsertSql(20, 1_000));
        await rig.KillConnectAsync(); // its task fails with the database, and a failed task stays failed
        await rig.StartConnectAsync();
        await rig.RegisterAsync();
        await CountAsync(rig, 171);
        await JudgeAsync(rig);
    }

    [Fact]
    public async Task a_frozen_worker_that_wakes_up_after_the_adoption_writes_nothing_more()
    {
        TopologyTests.SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        using var writing = new OutboxWriter(rig.Owner);
        await FlowAsync(rig, writing);

        rig.SignalConnect("STOP");
        await PostgresForTests.ExecuteAsync(
            rig.Owner,
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'futures_outbox'");
        await Eventually.Equal(0L, () => PostgresForTests.ScalarAsync(
            rig.Owner, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'futures_outbox' AND active"));
        await SucceedsAsync(rig, "relay", "adopt");
        await rig.StartRelayAsync();
        await FlowAsync(rig, writing);
        rig.SignalConnect("CONT");
        await FlowAsync(rig, writing);
        await writing.StopAsync();
        await Eventually.True(
            async () => await rig.ConnectorFailureAsync() is not null,
            Deadline.InSeconds(120), "the woken task is refused");
        await JudgeAsync(rig);
    }

    private static async Task SucceedsAsync(TopologyRig rig, params string[] arguments)
    {
        var (code, data, talk) = await rig.EosAsync(arguments);
        Assert.True(code == 0, data + talk);
    }

    // Rows go through: whoever has the slot works.
    private static async Task FlowAsync(TopologyRig rig, OutboxWriter writing)
    {
        var until = writing.Rows + RowsOfStep;
        await Eventually.True(() => writing.Rows >= until, Deadline.InSeconds(60), "rows are written");
        await CountAsync(rig, until);
    }

    private static Task CountAsync(TopologyRig rig, long rows) => Eventually.True(
        () => RelayRig.ReadCommitted(rig.Kafka, Topics.Orders).Count >= rows,
        Deadline.InSeconds(120), $"{rows} events");

    // Every row is an event, each once, and those of a key in the order in which they were written.
    private static async Task JudgeAsync(TopologyRig rig)
    {
        var rows = await PostgresForTests.ScalarAsync(rig.Owner, "SELECT count(*) FROM app.outbox");
        await CountAsync(rig, rows);
        var events = RelayRig.ReadCommitted(rig.Kafka, Topics.Orders);
        Assert.Equal(rows, events.Count);
        Assert.Equal(rows, events.Select(RelayRig.EventId).Distinct().Count());
        foreach (var key in events.GroupBy(record => System.Text.Encoding.ASCII.GetString(record.Message.Key)))
        {
            var numbers = key.Select(RelayRig.Number).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
    }
}
