using System.Text;
using FuturesEos.OutboxRelay;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

public abstract class OutboxRelayTests(PostgresForTests postgres)
{
    [Fact]
    public async Task rows_become_events_with_key_value_headers_and_timestamp()
    {
        await using var rig = await NewRigAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, """
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at,
                traceparent) VALUES
            ('11111111-1111-4111-8111-111111111111', 'ORDER', '22222222-2222-4222-8222-222222222222', 'ORDER_CREATED',
             '{"id": "a, b: \"c\"", "qty": 1.5, "price": 64947.4875, "nested": {"a": [1, 2]}}',
                 '2026-11-20T10:03:12.345Z',
             '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
            """);
        rig.Start();
        var record = Assert.Single(await rig.EventsAsync());
        Assert.Equal("22222222-2222-4222-8222-222222222222", Encoding.ASCII.GetString(record.Message.Key));
        Assert.Equal(
            """{"id":"a, b: \"c\"","qty":1.5,"price":64947.4875,"nested":{"a":[1,2]}}""",
            Encoding.UTF8.GetString(record.Message.Value));
        Assert.Equal(
            [
                "id=11111111-1111-4111-8111-111111111111",
                "event_id=11111111-1111-4111-8111-111111111111",
                "aggregate_id=22222222-2222-4222-8222-222222222222",
                "event_type=ORDER_CREATED",
                "occurred_at=2026-11-20T10:03:12.345000Z",
                "traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ],
            record.Message.Headers.Select(h => $"{h.Key}={Encoding.UTF8.GetString(h.GetValueBytes())}"));
        Assert.Equal(1795168992345, record.Message.Timestamp.UnixTimestampMs);
    }

    [Fact]
    public async Task rolled_back_rows_are_never_sent_and_long_open_ones_when_they_commit()
    {
        await using var rig = await NewRigAsync();
        rig.Start();
        await using var open = new NpgsqlConnection(rig.Database + ";Pooling=false");
        await open.OpenAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await new NpgsqlCommand(RelayRig.InsertSql(3, first: 100), open).ExecuteNonQueryAsync();

        await using (var doomed = new NpgsqlConnection(rig.Database + ";Pooling=false"))
        {
            await doomed.OpenAsync();
            await using var rollback = await doomed.BeginTransactionAsync();
            await new NpgsqlCommand(RelayRig.InsertSql(5, first: 200), doomed).ExecuteNonQueryAsync();
            await rollback.RollbackAsync();
        }

        await rig.InsertAsync(2);
        Assert.Equal([0, 1], (await rig.EventsAsync()).Select(RelayRig.Number).Order());
        await transaction.CommitAsync();
        Assert.Equal([0, 1, 100, 101, 102], (await rig.EventsAsync()).Select(RelayRig.Number).Order());
    }

    [Fact]
    public async Task rows_of_one_insert_and_neighbouring_transactions_arrive_once_each_over_restarts()
    {
        await using var rig = await NewRigAsync();
        for (var round = 0; round < 5; round++)
        {
            var relay = rig.Start();
            await rig.InsertAsync(40, first: round * 1000);
            for (var i = 0; i < 10; i++)
                await rig.InsertAsync(1, first: (round * 1000) + 100 + i);
            await rig.EventsAsync();
            await relay.StopAsync();
            await rig.InsertAsync(3, first: (round * 1000) + 200);
        }

        rig.Start();
        Assert.Equal(5 * 53, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task events_of_one_key_keep_the_order_of_their_commits()
    {
        await using var rig = await NewRigAsync();
        rig.Start();
        var keys = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToList();
        for (var n = 0; n < 60; n++)
            await PostgresForTests.ExecuteAsync(rig.Database, RelayRig.InsertSql(1, n, $"'{keys[n % 4]}'::uuid"));
        var events = await rig.EventsAsync();
        foreach (var key in events.GroupBy(e => Encoding.ASCII.GetString(e.Message.Key)))
        {
            var numbers = key.OrderBy(e => e.Offset.Value).Select(RelayRig.Number).ToList();
            Assert.Equal(15, numbers.Count);
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Fact]
    public async Task a_huge_transaction_is_sent_in_parts_and_a_relay_that_dies_between_them_goes_on_behind_the_last()
    {
        await using var rig = await NewRigAsync();
        rig.Options.RowsMax = 500;
        var parts = 0;
        var dying = rig.Start(point =>
        {
            if (point == CrashPoint.PartCommitted && ++parts == 2)
                throw new InvalidOperationException("crash");
        });
        await rig.InsertAsync(2_000);
        await dying.FailureAsync();
        Assert.Equal(1_000, rig.ReadCommitted(rig.Options.Topic).Count);

        rig.Start();
        Assert.Equal(Enumerable.Range(0, 2_000), (await rig.EventsAsync()).Select(RelayRig.Number).Order());
    }

    [Fact]
    public async Task a_second_relay_stands_by_without_disturbing_and_takes_over()
    {
        await using var rig = await NewRigAsync();
        var first = rig.Start();
        await rig.InsertAsync(1);
        await rig.EventsAsync();
        var second = rig.Start();
        await Eventually.True(() => rig.Log.Contains("Standing by"));
        await rig.InsertAsync(1, first: 1);
        await rig.EventsAsync();
        Assert.False(second.Health.IsReady);
        Assert.DoesNotContain(rig.Log.Lines, line => line.StartsWith("Warning"));

        await first.StopAsync();
        await rig.InsertAsync(1, first: 2);
        await rig.EventsAsync();
        Assert.True(second.Health.IsReady);
    }

    [Fact]
    public async Task a_quiet_outbox_does_not_hold_the_log_of_a_busy_server()
    {
        await using var rig = await NewRigAsync();
        rig.Start();
        await rig.InsertAsync(1);
        await rig.EventsAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, "CREATE TABLE busy AS SELECT generate_series(1, 50000) AS n");
        await Eventually.True(async () => await rig.RetainedBytesAsync() < 100_000);
        await rig.InsertAsync(1, first: 1);
        await rig.EventsAsync();
    }

    [Theory]
    [MemberData(nameof(CrashPoints))]
    public async Task a_relay_that_dies_there_neither_loses_nor_doubles(string name)
    {
        var point = Enum.Parse<CrashPoint>(name);
        await using var rig = await NewRigAsync();
        rig.Options.RowsMax = 20;
        rig.Options.Repair = point == CrashPoint.PartRepaired;
        await rig.InsertAsync(10);
        var deaths = 0;
        for (var round = 1; round <= 3; round++)
        {
            var relay = rig.Start(reached =>
            {
                if (reached == point)
                    throw new InvalidOperationException("crash");
            });
            await rig.InsertAsync(50, first: round * 1000); // more than a part, so that every point is reached
            Assert.Equal("crash", (await relay.FailureAsync()).Message);
            deaths++;
        }

        Assert.Equal(3, deaths);
        rig.Start();
        Assert.Equal(160, (await rig.EventsAsync()).Count);
    }

    public static TheoryData<string> CrashPoints => [.. Enum.GetNames<CrashPoint>()];

    /// <summary>Bootstrap servers of the Kafka that this suite runs on.</summary>
    protected abstract Task<string> KafkaAsync();

    private async Task<RelayRig> NewRigAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        await RelayRig.NewAsync(await postgres.NewDatabaseAsync(), await KafkaAsync(), TestNames.Unique(test));
}
