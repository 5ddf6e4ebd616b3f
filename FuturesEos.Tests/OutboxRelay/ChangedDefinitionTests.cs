using FuturesEos.Cli.Doctor;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// Table or publication is changed while the relay runs: it stops before it confirms anything that it may not have
/// seen, and goes on after the remedy with nothing lost or doubled.
/// </summary>
public sealed class ChangedDefinitionTests(PostgresForTests postgres)
{
    private const string Partitioned = """
        ALTER TABLE app.outbox RENAME TO outbox_2026;
        ALTER TABLE app.outbox_2026 ALTER COLUMN occurred_at_ms DROP EXPRESSION;
        CREATE TABLE app.outbox (LIKE app.outbox_2026 INCLUDING DEFAULTS) PARTITION BY RANGE (occurred_at);
        ALTER TABLE app.outbox ATTACH PARTITION app.outbox_2026 FOR VALUES FROM ('1970-01-01Z') TO ('10000-01-01Z');
        ALTER PUBLICATION futures_outbox SET TABLE app.outbox;
        GRANT SELECT ON app.outbox TO futures_relay
        """;

    [Fact]
    public async Task an_outbox_that_is_made_partitioned_stops_the_relay_before_it_confirms_and_nothing_is_lost()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        var relay = await WithOneEventAsync(rig);
        await PostgresForTests.ExecuteAsync(rig.Database, Partitioned);
        await rig.InsertAsync(3, first: 10);
        await StopsAsync(relay, "publish_via_partition_root = true");

        Assert.Contains(
            await new DatabaseChecks(rig.Database).RunAsync(default),
            finding => finding.Remedy?.Contains("publish_via_partition_root = true") == true);

        // as it is it is refused at the start too
        await StopsAsync(rig.Start(), "publish_via_partition_root = true");
        await PostgresForTests.ExecuteAsync(
            rig.Database, "ALTER PUBLICATION futures_outbox SET (publish_via_partition_root = true)");
        await GoesOnAfterRepairAsync(rig, 4);
    }

    [Theory]
    [InlineData("ALTER PUBLICATION futures_outbox SET TABLE app.outbox WHERE (type = 'NONE')", "row filter")]
    [InlineData("ALTER PUBLICATION futures_outbox SET (publish = 'update')", "publish")]
    [InlineData("ALTER PUBLICATION futures_outbox DROP TABLE app.outbox", "nothing")]
    [InlineData("ALTER TABLE app.outbox RENAME TO outbox_of_old; CREATE TABLE app.outbox (LIKE app.outbox_of_old)",
        "app.outbox_of_old")]
    public async Task a_publication_that_leaves_rows_out_stops_the_relay_before_it_confirms_them(
        string change, string said)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        var relay = await WithOneEventAsync(rig);
        await PostgresForTests.ExecuteAsync(rig.Database, change);
        await rig.InsertAsync(3, first: 10);
        await StopsAsync(relay, said);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task rows_that_a_publication_left_out_for_a_while_are_found_missing_and_repaired(bool isRunning)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        var relay = await WithOneEventAsync(rig);
        if (!isRunning)
            await relay.StopAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, "ALTER PUBLICATION futures_outbox SET (publish = 'update')");
        await rig.InsertAsync(3, first: 10);
        await PostgresForTests.ExecuteAsync(rig.Database, "ALTER PUBLICATION futures_outbox SET (publish = 'insert')");
        await rig.InsertAsync(1, first: 20);
        await StopsAsync(isRunning ? relay : rig.Start(), "was changed");
        await GoesOnAfterRepairAsync(rig, 5);
    }

    private static async Task GoesOnAfterRepairAsync(RelayRig rig, int events)
    {
        await StopsAsync(rig.Start(), "eos relay repair");
        await rig.HandOver().RepairAsync(default);
        rig.Start();
        Assert.Equal(events, (await rig.EventsAsync()).Count);
        await rig.InsertAsync(2, first: 100);
        Assert.Equal(events + 2, (await rig.EventsAsync()).Count);
    }

    private static async Task StopsAsync(RunningService relay, string said)
    {
        var refused = Assert.IsType<ExpectedFailure>(await relay.FailureAsync());
        Assert.Equal(ExitCode.CheckFailed, refused.ExitCode);
        Assert.Contains(said, refused.Message);
    }

    private static async Task<RunningService> WithOneEventAsync(RelayRig rig)
    {
        var relay = rig.Start();
        await rig.InsertAsync(1);
        await rig.EventsAsync();
        return relay;
    }

    private async Task<RelayRig> NewRigAsync(
        BrokerForTests broker, [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        await RelayRig.NewAsync(await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique(test));
}
