using System.Text;
using Confluent.Kafka;
using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>A relay that would leave rows out does not start, and says what to do.</summary>
public abstract class SlotGuardTests(PostgresForTests postgres)
{
    [Fact]
    public async Task a_slot_that_was_dropped_and_made_again_is_refused_and_repair_closes_the_gap()
    {
        await using var rig = await WithOneEventAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, $"SELECT pg_drop_replication_slot('{rig.Options.Slot}')");
        await rig.InsertAsync(7, first: 100); // these no slot has seen
        await PostgresForTests.ExecuteAsync(
            rig.Database, $"SELECT pg_create_logical_replication_slot('{rig.Options.Slot}', 'pgoutput')");
        await rig.InsertAsync(5, first: 200);

        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("--repair", refused.Message);
        Assert.Equal(ExitCode.CheckFailed, refused.ExitCode);
        Assert.Single(rig.ReadCommitted(rig.Options.Topic));

        rig.Options.Repair = true;
        var repaired = rig.Start();
        Assert.Equal(13, (await rig.EventsAsync()).Count);
        await rig.InsertAsync(4, first: 300);
        Assert.Equal(17, (await rig.EventsAsync()).Count);
        await repaired.StopAsync();

        rig.Options.Repair = false;
        rig.Start();
        await rig.InsertAsync(1, first: 400);
        Assert.Equal(18, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task a_slot_that_is_gone_is_named_and_repair_makes_it()
    {
        await using var rig = await WithOneEventAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, $"SELECT pg_drop_replication_slot('{rig.Options.Slot}')");
        await rig.InsertAsync(3, first: 100);
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains($"replication slot {rig.Options.Slot} does not exist", refused.Message);
        rig.Options.Repair = true;
        rig.Start();
        Assert.Equal(4, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task a_repair_that_dies_half_way_is_gone_on_with()
    {
        await using var rig = await WithOneEventAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, $"SELECT pg_drop_replication_slot('{rig.Options.Slot}')");
        await rig.InsertAsync(50, first: 100);
        rig.Options.Repair = true;
        rig.Options.RowsMax = 10;
        var dying = rig.Start(point =>
        {
            if (point == CrashPoint.PartRepaired)
                throw new InvalidOperationException("crash");
        });
        await dying.FailureAsync();
        Assert.Equal(11, rig.ReadCommitted(rig.Options.Topic).Count);

        // without being asked again it would go on from the slot, and must not: the progress says so
        rig.Options.Repair = false;
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("repair", refused.Message);
        rig.Options.Repair = true;
        rig.Start();
        Assert.Equal(51, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task a_slot_that_somebody_else_has_read_is_refused()
    {
        await using var rig = await WithOneEventAsync();
        await rig.InsertAsync(2, first: 100);
        await PostgresForTests.ExecuteAsync(rig.Database, $"""
            SELECT count(*) FROM pg_logical_slot_get_binary_changes(
                '{rig.Options.Slot}', NULL, NULL, 'proto_version', '1', 'publication_names',
                    '{rig.Options.Publication}')
            """);
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("somebody else read it", refused.Message);
    }

    [Fact]
    public async Task a_slot_that_was_handed_over_is_refused_until_it_is_adopted()
    {
        await using var rig = await WithOneEventAsync();
        var released = await rig.HandOver().ReleaseAsync(default);
        Assert.Equal(0L, await PostgresForTests.ScalarAsync(rig.Database, $"""
            SELECT count(*) FROM pg_replication_slots
            WHERE slot_name = '{rig.Options.Slot}' AND confirmed_flush_lsn <> '{released.Position}'
            """));
        await rig.InsertAsync(3, first: 100);
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("eos relay adopt", refused.Message);
        Assert.Single(rig.ReadCommitted(rig.Options.Topic));

        await rig.HandOver().AdoptAsync(default);
        rig.Start();
        Assert.Equal(4, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task a_transaction_that_was_sent_in_part_is_finished_before_the_slot_is_handed_over()
    {
        await using var rig = await WithOneEventAsync();
        rig.Options.RowsMax = 10;
        var parts = 0;
        var dying = rig.Start(point =>
        {
            if (point == CrashPoint.PartCommitted && ++parts == 2)
                throw new InvalidOperationException("crash");
        });
        await rig.InsertAsync(45, first: 100);
        await dying.FailureAsync();
        Assert.Equal(21, rig.ReadCommitted(rig.Options.Topic).Count);

        var released = await rig.HandOver().ReleaseAsync(default);
        Assert.Null(released.PartialCommit);
        Assert.Equal(46, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task what_debezium_wrote_behind_the_relays_back_is_noticed_and_not_sent_again()
    {
        await using var rig = await WithOneEventAsync();
        await rig.InsertAsync(1, first: 100);
        var theirs =
            (await rig.IdsAsync()).Except(rig.ReadCommitted(rig.Options.Topic).ConvertAll(RelayRig.EventId)).Single();
        using (var producer = new ProducerBuilder<byte[], byte[]>(rig.Kafka.Producer()).Build())
        {
            await producer.ProduceAsync(rig.Options.Topic, new Message<byte[], byte[]>
            {
                Key = Encoding.ASCII.GetBytes(theirs),
                Value = """{"n":100}"""u8.ToArray(),
                Headers = new Headers
                {
                    { "event_id", Encoding.ASCII.GetBytes(theirs) },
                    { "__debezium.context.connectorName", "postgresql"u8.ToArray() },
                },
            });
        }

        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("Debezium's", refused.Message);
        await rig.HandOver().AdoptAsync(default);
        var relay = rig.Start();
        await rig.InsertAsync(2, first: 200);
        Assert.Equal(4, (await rig.EventsAsync()).Count);

        // known now, though it is still the newest of its partition
        await relay.StopAsync();
        rig.Start();
        await rig.InsertAsync(1, first: 300);
        Assert.Equal(5, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task a_slot_that_was_read_beside_a_kafka_that_knows_nothing_is_refused()
    {
        await using var rig = await WithOneEventAsync();
        rig.Options.ProgressTopic += "-of-a-new-kafka";
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("knows nothing of it", refused.Message);
    }

    [Fact]
    public async Task another_server_with_the_same_slot_name_is_refused()
    {
        await using var rig = await WithOneEventAsync();
        await using var server = await PostgresForTests.NewServerAsync();
        var other = server.ConnectionString;
        await new FuturesEos.OrderManager.Schema.DatabaseMigrator(
            other, rig.Options.Slot, FuturesEos.OrderManager.Schema.Migration.All).RunAsync(default);
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start(database: other).FailureAsync());
        Assert.Contains("on PostgreSQL system", refused.Message);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Theory]
    [InlineData("ALTER PUBLICATION futures_outbox SET (publish = 'insert, update')", "more than inserts")]
    [InlineData("ALTER PUBLICATION futures_outbox ADD TABLE app.orders", "app.orders, app.outbox")]
    [InlineData("ALTER PUBLICATION futures_outbox SET TABLE app.outbox WHERE (type <> 'ORDER_CREATED')", "row filter")]
    [InlineData("ALTER PUBLICATION futures_outbox SET TABLE app.outbox (event_id, payload)", "column list")]
    [InlineData("DROP PUBLICATION futures_outbox", "does not exist")]
    public async Task a_publication_with_another_definition_is_refused(string change, string said)
    {
        await using var rig = await NewRigAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, change);
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains(said, refused.Message);
    }

    [Fact]
    public async Task an_invalidated_slot_is_refused()
    {
        await using var server = await PostgresForTests.NewServerAsync(
            "max_slot_wal_keep_size=1MB", "min_wal_size=32MB", "max_wal_size=32MB");
        await using var rig = await RelayRig.NewAsync(server.ConnectionString, await KafkaAsync(),
            TestNames.Unique());
        for (var i = 0; i < 4; i++)
        {
            await PostgresForTests.ExecuteAsync(rig.Database,
                "CREATE TABLE bulk AS SELECT repeat('x', 900) FROM generate_series(1, 20000); DROP TABLE bulk;"
                    + " SELECT pg_switch_wal()");
            await PostgresForTests.ExecuteAsync(rig.Database, "CHECKPOINT");
        }

        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("invalidated", refused.Message);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public void a_database_that_was_set_back_is_refused()
    {
        var options = new OutboxRelayOptions();
        var start = new NpgsqlLogSequenceNumber(100);
        var slot = new SlotState
        {
            Type = "logical", Plugin = "pgoutput", Database = "d", CurrentDatabase = "d", WalStatus = "reserved",
            RetainedBytes = 0,
            ConfirmedFlush = new NpgsqlLogSequenceNumber(200), LogEnd = new NpgsqlLogSequenceNumber(300),
            StartedAt = start,
        };
        var progress = new RelayProgress
        {
            System = "1", Database = "d", SlotStartedAt = start.ToString(), Position =
                new NpgsqlLogSequenceNumber(400).ToString(),
        };
        var refused = Assert.Throws<ExpectedFailure>(() => new SlotGuard(options).RefuseGap(slot, "1", progress));
        Assert.Contains("set back", refused.Message);
        new SlotGuard(options).RefuseGap(slot, "1", progress.At(new NpgsqlLogSequenceNumber(200)));
        new SlotGuard(options).RefuseGap(slot with { ConfirmedFlush = start }, "1", null);
    }

    [Fact]
    public async Task the_relay_runs_with_no_more_rights_than_its_role_has()
    {
        await using var rig = await NewRigAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, "ALTER ROLE futures_relay PASSWORD 'least'");
        var least = new NpgsqlConnectionStringBuilder(rig.Database) { Username = "futures_relay", Password = "least" };
        rig.Start(database: least.ConnectionString);
        await rig.InsertAsync(1);
        await rig.EventsAsync();
    }

    private async Task<RelayRig> WithOneEventAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var rig = await NewRigAsync(test);
        var relay = rig.Start();
        await rig.InsertAsync(1);
        await rig.EventsAsync();
        await Eventually.True(async () => await PostgresForTests.ScalarAsync(rig.Database, $"""
            SELECT count(*) FROM pg_replication_slots JOIN app.outbox_slot USING (slot_name)
            WHERE slot_name = '{rig.Options.Slot}' AND confirmed_flush_lsn > started_at
            """) == 1);
        await relay.StopAsync();
        await Eventually.Equal(0L, () => PostgresForTests.ScalarAsync(
            rig.Database, $"SELECT count(*) FROM pg_replication_slots WHERE slot_name = '{rig.Options.Slot}' AND"
                + $" active"));
        return rig;
    }

    /// <summary>Bootstrap servers of the Kafka that this suite runs on.</summary>
    protected abstract Task<string> KafkaAsync();

    private async Task<RelayRig> NewRigAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        await RelayRig.NewAsync(await postgres.NewDatabaseAsync(), await KafkaAsync(), TestNames.Unique(test));
}
