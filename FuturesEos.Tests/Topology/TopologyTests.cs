using System.Text.Json;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Topology;

/// <summary>
/// What the AppHost hands to containers, handed to Apache Kafka, Kafka Connect with Debezium, and PostgreSQL
/// themselves.
/// </summary>
[Trait("Category", "Long")]
public sealed class TopologyTests
{
    private static readonly string Sample = Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv");

    [Fact]
    public async Task the_topology_loses_and_doubles_nothing_when_a_broker_and_the_connect_worker_are_killed()
    {
        SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(ClusterShape.Three);
        await rig.StartServicesAsync();
        // the day of trades in about half a minute: long enough for both to die while records flow
        var replay = rig.StartGenerator("--trades", Sample, "--speed", "3000x");
        await Eventually.True(
            async () => await rig.CountAsync("app.outbox") > 20, Deadline.InSeconds(60), $"orders flow: {replay.Talk}");

        await rig.KillConnectAsync();
        await rig.KillBrokerAsync(2);
        Assert.False(replay.HasExited, "everything was sent before anything was killed");
        var atKill = await rig.CountAsync("app.outbox");
        await Eventually.True(async () => await rig.CountAsync("app.outbox") > atKill,
            Deadline.InSeconds(60), "two of three brokers go on");
        await rig.StartConnectAsync();
        await rig.StartBrokerAsync(2);
        await rig.WaitForBrokersAsync();
        await replay.EndsWithAsync(0, Deadline.InSeconds(120));

        var (code, data, talk) = await EosProgram.RunAsync(
            Deadline.InSeconds(180),
            "verify", "--json", "--wait", "90s", "--bootstrap-servers", rig.BootstrapServers, "--postgres", rig.Owner);
        Assert.True(code == 0, data + talk);
        using var report = JsonDocument.Parse(data);
        Assert.True(report.RootElement.GetProperty("exactly_once").GetBoolean());
        Assert.True(report.RootElement.GetProperty("events").GetProperty("committed").GetInt64() > atKill);
        Assert.DoesNotContain("relay-secret", await rig.ConfigurationAsync());
    }

    [Fact]
    public async Task a_connector_that_cannot_run_says_why_in_its_own_words()
    {
        SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        var refused = await Assert.ThrowsAsync<ConnectorFailedException>(
            () => rig.RegisterAsync(configuration => configuration.Replace("${env:PG_PASSWORD}", "wrong")));
        Assert.Contains("password authentication failed", refused.Message);

        // this one passes the worker's look at it, and fails when it looks into the database: after a moment of
        // RUNNING, or before
        ConnectorFailedException? failed = null;
        try
        {
            await rig.RegisterAsync(configuration => configuration.Replace(
                "\"publication.name\": \"futures_outbox\"", "\"publication.name\": \"other\""));
        }
        catch (ConnectorFailedException early)
        {
            failed = early;
        }

        await Eventually.True(
            async () => (failed ??= await rig.ConnectorFailureAsync()) is not null, Deadline.InSeconds(90));
        Assert.Contains("Publication autocreation is disabled, please create one", failed!.Message);
    }

    [Fact]
    public async Task debezium_lets_the_log_go_while_the_outbox_is_quiet_and_the_server_is_not()
    {
        SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        await rig.RegisterAsync(configuration => configuration.Replace(
            "\"heartbeat.interval.ms\": \"10000\"", "\"heartbeat.interval.ms\": \"500\""));
        await PostgresForTests.ExecuteAsync(
            rig.Owner, "CREATE TABLE public.busy AS SELECT generate_series(1, 100000) AS n");
        var written = await PostgresForTests.ScalarAsync(
            rig.Owner, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
        await Eventually.True(
            async () => await PostgresForTests.ScalarAsync(
                rig.Owner,
                "SELECT pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::bigint FROM pg_replication_slots WHERE "
                    + "slot_name = 'futures_outbox'")
                >= written,
            Deadline.InSeconds(60),
            "the slot is past what others wrote");
    }

    internal static void SkipWithoutKafka()
    {
        if (RealKafka.Folder is null)
            Assert.Skip("Apache Kafka is not beside the repository (FUTURES_EOS_KAFKA names its folder)");
        UpProgram.SkipWithoutPostgres();
    }
}
