using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Postgres;
using FuturesEos.Tests.Support;
using FuturesEos.Tests.Topology;
using FuturesEos.Topology;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>The same rows through the relay and through Debezium with the shipped configuration, compared byte for byte.</summary>
[Trait("Category", "Long")]
public sealed class DebeziumParityTests
{
    private const string Slot = "futures_outbox_relay";
    private const string Ours = "relay.orders";

    [Fact]
    public async Task relay_and_debezium_write_the_same_records()
    {
        TopologyTests.SkipWithoutKafka();
        await using var rig = await TopologyRig.StartAsync(new ClusterShape(1));
        await PostgresForTests.ExecuteAsync(rig.Owner, $"SELECT pg_create_logical_replication_slot('{Slot}', 'pgoutput')");
        using var stop = new CancellationTokenSource();
        var options = new OutboxRelayOptions { Slot = Slot, Topic = Ours, ProgressTopic = "relay.progress" };
        var log = new LogCapture();
        var postgres = PostgresSettings.From(rig.Owner, RelayService.PostgresDefaults);
        var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        var health = new ServiceHealth(TimeProvider.System);
        var relay = RunningService.Start(
            new RelayService(
                database, postgres, rig.Kafka, Microsoft.Extensions.Options.Options.Create(options), health,
                log.Of<RelayService>(), TimeProvider.System),
            stop, health, database).Task;

        var began = DateTime.UtcNow;
        var rows = await InsertManyKindsAsync(rig.Owner);
        var odd = await InsertOddKindsAsync(rig.Owner);
        var debezium = await EventsAsync(rig, Topics.Orders, rows + odd.Count);
        var ours = await EventsAsync(rig, Ours, rows + odd.Count);

        var different = ours.Where(o => !odd.ContainsKey(o.Key) && Show(debezium[o.Key]) != Show(o.Value))
            .Select(o => $"{Show(debezium[o.Key])}\n!= {Show(o.Value)}\n").ToList();
        if (different.Count > 0)
            Assert.Fail($"{different.Count} of {ours.Count} differ:\n{string.Concat(different)}");

        // what docs/cdc.md says that they differ in
        Assert.All(debezium.Values, record => Assert.Contains(record.Message.Headers, IsSignature));
        Assert.All(ours.Values, record => Assert.DoesNotContain(record.Message.Headers, IsSignature));
        Assert.All(debezium.Values, record => Assert.True(record.Message.Timestamp.UtcDateTime > began.AddMinutes(-1)));
        Assert.All(ours.Where(record => !odd.ContainsKey(record.Key)), record =>
            Assert.True(record.Value.Message.Timestamp.UtcDateTime < began.AddMinutes(-1)));
        var known = string.Join('\n', odd.Values.Select(kind => $"{kind.Relay} | {kind.Debezium}"));
        var found = string.Join('\n', odd.Keys.Select(id => $"{Text(ours[id])} | {Text(debezium[id])}"));
        Assert.True(known == found, $"known\n{known}\nfound\n{found}");

        // and what stops it, as arrays do that are the whole payload
        await InsertAsync(rig.Owner, """{"n": 9223372036854775808}""");
        await EventsAsync(rig, Ours, rows + odd.Count + 1);
        await Eventually.True(
            async () => await rig.ConnectorFailureAsync() is not null, Deadline.InSeconds(60), "Debezium's task fails");
        await stop.CancelAsync();
        await relay;
    }

    private static async Task<Dictionary<string, ConsumeResult<byte[], byte[]>>> EventsAsync(
        TopologyRig rig, string topic, int count)
    {
        List<ConsumeResult<byte[], byte[]>> records = [];
        await Eventually.True(
            async () =>
            {
                if (await rig.ConnectorFailureAsync() is { } failure)
                    Assert.Fail($"{records.Count} of {count} records, and {failure.Message}");
                return (records = RelayRig.ReadCommitted(rig.Kafka, topic)).Count >= count;
            },
            Deadline.InSeconds(120), $"{count} records in {topic}");
        Assert.Equal(count, records.Count);
        return records.ToDictionary(RelayRig.EventId);
    }

    private static string Show(ConsumeResult<byte[], byte[]> record) =>
        $"[{record.Partition.Value}] {Encoding.UTF8.GetString(record.Message.Key)}"
            + $" {Encoding.UTF8.GetString(record.Message.Value)} "
        + string.Join(' ', record.Message.Headers.Where(h => !IsSignature(h))
        .Select(h => $"{h.Key}={(h.GetValueBytes() is { } v ? Encoding.UTF8.GetString(v) : "(null)")}"));

    private static string Text(ConsumeResult<byte[], byte[]> record) => Encoding.UTF8.GetString(record.Message.Value);

    // Debezium's own headers say which connector it was; they are its signature, not the event.
    private static bool IsSignature(IHeader header) => header.Key.StartsWith("__debezium.", StringComparison.Ordinal);

    private static async Task<Dictionary<string, (string Relay, string Debezium)>> InsertOddKindsAsync(string database)
    {
        (string Payload, string Relay, string Debezium)[] kinds =
        [
            ("""{"n": 1.50}""", """{"n":1.50}""", """{"n":1.5}"""),
            ("""{"n": 10000000.5}""", """{"n":10000000.5}""", """{"n":1.00000005E7}"""),
            ("""{"n": 0.0001}""", """{"n":0.0001}""", """{"n":1.0E-4}"""),
            ("""{"n": 12345678901234567890.125}""", """{"n":12345678901234567890.125}""", """{"n":1.2345678901234567E19}"""),
            ("""{"n": 3000000000}""", """{"n":3000000000}""", """{"n":3000000000}"""),
            ("""{"n": null}""", """{"n":null}""", "{}"),
            ("""{"a": []}""", """{"a":[]}""", "{}"),
            ("""{"a": [1, 2.5]}""", """{"a":[1,2.5]}""", "\"{\\\"a\\\": [1, 2.5]}\""),
            ("""{"a": [{"x": 1}, {}]}""", """{"a":[{"x":1},{}]}""", """{"a":[{"x":1},{"x":null}]}"""),
            ("[]", "[]", "\"[]\""),
        ];
        var odd = new Dictionary<string, (string, string)>();
        foreach (var (payload, relay, debezium) in kinds)
            odd.Add(await InsertAsync(database, payload), (relay, debezium));

        return odd;
    }

    private static async Task<string> InsertAsync(string database, string payload)
    {
        var id = Guid.NewGuid();
        await PostgresForTests.ExecuteAsync(database, $"""
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
            VALUES ('{id}', 'ORDER', '{id}', 'ORDER_CREATED', '{payload}'::jsonb, now())
            """);
        return id.ToString();
    }

    private static async Task<int> InsertManyKindsAsync(string database)
    {
        string[] payloads =
        [
            """{"id": "a", "qty": 1.5, "price": 64947.4875, "n": 3, "zero": 0, "negative": -12.25}""",
            """{"text": "blanks: , and \"quotes\" and \\ and Grüße ☃", "flag": true}""",
            """{"nested": {"list": [1, 2, 3], "deep": {"x": "y"}}, "zz": 1, "b": 2}""",
            $$"""{"toasted": "{{Noise(20_000)}}"}""",
        ];
        string[] times =
        [
            "2026-11-20T10:03:12Z", "2026-11-20T10:03:12.3Z", "2026-11-20T10:03:12.345Z", "2026-11-20T10:03:12.340Z",
            "2026-11-20T10:03:12.345678Z", "2026-11-20T23:59:59.999999+05:00", "2026-11-20T10:03:00Z",
        ];
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        var n = 0;
        foreach (var payload in payloads)
        {
            foreach (var time in times)
            {
                await using var command = new NpgsqlCommand(
                    "INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at,"
                        + " traceparent) "
                    + "VALUES (gen_random_uuid(), 'ORDER', gen_random_uuid(), 'ORDER_CREATED', $1::jsonb,"
                    + " $2::timestamptz, $3)",
                    connection);
                command.Parameters.Add(new() { Value = payload });
                command.Parameters.Add(new() { Value = time });
                command.Parameters.Add(new() { Value = $"00-{n++:x32}-b7ad6b7169203331-01" });
                await command.ExecuteNonQueryAsync();
            }
        }

        return n;
    }

    // does not compress, so PostgreSQL stores it apart (TOAST)
    private static string Noise(int length)
    {
        var random = new Random(length);
        return string.Create(length, random, (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)('a' + source.Next(26));
        });
    }
}
