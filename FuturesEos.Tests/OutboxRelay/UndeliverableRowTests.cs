using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>A row that Kafka never takes is parked by name; the rows around it go on, and nothing is lost.</summary>
public sealed class UndeliverableRowTests(PostgresForTests postgres)
{
    private static readonly Guid Large = Guid.Parse("11111111-1111-4111-8111-111111111111");

    [Fact]
    public async Task a_row_larger_than_the_producer_takes_is_parked_with_its_bytes_and_the_others_go_on()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        var relay = rig.Start();
        await rig.InsertAsync(3);
        await InsertAsync(rig, Large, 1_100_000);
        await rig.InsertAsync(3, first: 10);
        await EventsAsync(rig, 6);
        await ParkedAsync(rig, relay, 1);
        Assert.Equal(1_100_000L, await PostgresForTests.ScalarAsync(
            rig.Database, "SELECT length(payload->>'text') FROM app.outbox_parked"));

        // it is behind the relay: a restart does not meet it again
        await relay.StopAsync();
        relay = rig.Start();
        await rig.InsertAsync(1, first: 20);
        await EventsAsync(rig, 7);
        Assert.Contains("parked", relay.Health.State);
    }

    [Fact]
    public async Task a_row_larger_than_the_topic_takes_is_found_among_those_that_were_sent_with_it()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        await CreateTopicAsync(rig, "20000");
        await rig.InsertAsync(3);
        await InsertAsync(rig, Large, 30_000);
        await rig.InsertAsync(3, first: 10);
        var relay = rig.Start();
        await EventsAsync(rig, 6);
        await ParkedAsync(rig, relay, 1);
    }

    [Fact]
    public async Task what_was_parked_is_sent_by_a_repair_once_it_fits()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        await CreateTopicAsync(rig, "5000000");
        var relay = rig.Start();
        await InsertAsync(rig, Large, 1_100_000);
        await rig.InsertAsync(1);
        await EventsAsync(rig, 1);
        await ParkedAsync(rig, relay, 1);
        await relay.StopAsync();

        // nothing has changed: it stays where it is
        await rig.HandOver().RepairAsync(default);
        Assert.Equal(1, await PostgresForTests.ScalarAsync(rig.Database, "SELECT count(*) FROM app.outbox_parked"));

        rig.KafkaExtra["message.max.bytes"] = "5000000";
        await rig.HandOver().RepairAsync(default);
        Assert.Equal(2, (await rig.EventsAsync()).Count);
        Assert.Equal(0, await PostgresForTests.ScalarAsync(rig.Database, "SELECT count(*) FROM app.outbox_parked"));
        relay = rig.Start();
        await rig.InsertAsync(1, first: 10);
        Assert.Equal(3, (await rig.EventsAsync()).Count);
        Assert.Equal("running", relay.Health.State);
    }

    [Theory]
    [InlineData("20231-01-01Z")]
    [InlineData("0044-03-15 00:00:00+00 BC")]
    [InlineData("1969-12-31Z")]
    public async Task a_time_that_no_record_can_bear_is_refused_by_the_table_and_parked_where_it_is_older_than_that(
        string time)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await NewRigAsync(broker);
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => InsertAsync(rig, Large, 10, time));
        Assert.Equal(Npgsql.PostgresErrorCodes.CheckViolation, refused.SqlState);

        await PostgresForTests.ExecuteAsync(
            rig.Database, $"ALTER TABLE app.outbox DROP CONSTRAINT {refused.ConstraintName}");
        await InsertAsync(rig, Large, 10, time);
        await rig.InsertAsync(3);
        var relay = rig.Start();
        await EventsAsync(rig, 3);
        await ParkedAsync(rig, relay, 1);
        await relay.StopAsync();
        await rig.HandOver().RepairAsync(default);
        Assert.Equal(3, rig.ReadCommitted(rig.Options.Topic).Count);
    }

    private static Task InsertAsync(RelayRig rig, Guid id, int length, string time = "2026-11-20Z") =>
        // random, or its compressed batch would fit
        PostgresForTests.ExecuteAsync(rig.Database, $$"""
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
            SELECT '{{id}}', 'ORDER', gen_random_uuid(), 'ORDER_CREATED', jsonb_build_object('n', 99, 'text',
                left((SELECT string_agg(md5(random()::text), '') FROM generate_series(0, {{length}} / 32)),
                     {{length}})), '{{time}}'
            """);

    private static async Task CreateTopicAsync(RelayRig rig, string bytesMax)
    {
        using var admin = new AdminClientBuilder(rig.Kafka.Admin()).Build();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = rig.Options.Topic, NumPartitions = 3, ReplicationFactor = 1,
            Configs = new() { ["max.message.bytes"] = bytesMax },
        }]);
    }

    private static async Task EventsAsync(RelayRig rig, int expected)
    {
        List<ConsumeResult<byte[], byte[]>> events = [];
        await Eventually.True(
            () => (events = rig.ReadCommitted(rig.Options.Topic)).Count >= expected,
            Deadline.InSeconds(30), what: $"{expected} events");
        Assert.Equal(expected, events.Count);
        Assert.Equal(expected, events.Select(RelayRig.EventId).Distinct().Count());
    }

    private static async Task ParkedAsync(RelayRig rig, RunningService relay, int expected)
    {
        await Eventually.Equal((long)expected, () => PostgresForTests.ScalarAsync(
            rig.Database, "SELECT count(*) FROM app.outbox_parked"));
        await Eventually.True(() => relay.Health.State.Contains("parked"), what: relay.Health.State);
        Assert.True(rig.Log.Contains(Large.ToString()), "the row is named");
    }

    private async Task<RelayRig> NewRigAsync(
        BrokerForTests broker, [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        await RelayRig.NewAsync(await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique(test));
}
