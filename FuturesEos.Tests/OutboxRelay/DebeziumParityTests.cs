using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>The same rows through the relay and through Debezium's EventRouter, compared byte for byte.</summary>
[Trait("Category", "Long")]
public sealed class DebeziumParityTests(PostgresForTests postgres, RealKafka kafka)
{
    [Fact]
    public async Task relay_and_event_router_write_the_same_records()
    {
        var bootstrap = await kafka.OneNodeAsync();
        var name = TestNames.Unique();
        await using var rig = await RelayRig.NewAsync(await postgres.NewDatabaseAsync(), bootstrap, name);
        var theirs = $"{name}.debezium";
        using (var admin = new AdminClientBuilder(rig.Kafka.Admin()).Build())
            await admin.CreateTopicsAsync([new TopicSpecification { Name = theirs, NumPartitions = 3,
                ReplicationFactor = 1 }]);
        await PostgresForTests.ExecuteAsync(
            rig.Database, $"SELECT pg_create_logical_replication_slot('{rig.Options.Slot}_dbz', 'pgoutput')");

        await using var connect = await Connect.StartAsync(bootstrap);
        await connect.PutAsync(name, Connector(rig, theirs));
        rig.Start();
        await InsertManyKindsAsync(rig);

        var ours = (await rig.EventsAsync()).ToDictionary(RelayRig.EventId);
        Dictionary<string, ConsumeResult<byte[], byte[]>> debezium = [];
        await Eventually.True(
            () => (debezium = RelayRig.ReadCommitted(rig.Kafka, theirs)
                .ToDictionary(RelayRig.EventId)).Count >= ours.Count,
            Deadline.InSeconds(120));
        Assert.Equal(ours.Keys.Order(), debezium.Keys.Order());
        var different = ours.Where(o => Show(debezium[o.Key]) != Show(o.Value))
            .Select(o => $"{Show(debezium[o.Key])}\n!= {Show(o.Value)}\n").ToList();
        if (different.Count > 0)
            Assert.Fail($"{different.Count} of {ours.Count} differ:\n{string.Concat(different)}");
    }

    // Debezium's own headers say which connector it was; they are its signature, not the event.
    private static string Show(ConsumeResult<byte[], byte[]> record) =>
        $"[{record.Partition.Value}] {Encoding.UTF8.GetString(record.Message.Key)}"
            + $" {Encoding.UTF8.GetString(record.Message.Value)} "
        + string.Join(' ', record.Message.Headers.Where(h => !h.Key.StartsWith("__debezium."))
        .Select(h => $"{h.Key}={(h.GetValueBytes() is { } v ? Encoding.UTF8.GetString(v) : "(null)")}"));

    private static async Task InsertManyKindsAsync(RelayRig rig)
    {
        string[] payloads =
        [
            """{"id": "a", "qty": 1.5, "price": 64947.4875, "n": 3, "zero": 0, "negative": -12.25}""",
            """{"text": "blanks: , and \"quotes\" and \\ and Grüße ☃", "flag": true}""",
            """{"nested": {"list": [1, 2, 3], "deep": {"x": "y"}}, "zz": 1, "b": 2}""",
        ];
        string[] times =
        [
            "2026-11-20T10:03:12Z", "2026-11-20T10:03:12.3Z", "2026-11-20T10:03:12.345Z", "2026-11-20T10:03:12.340Z",
            "2026-11-20T10:03:12.345678Z", "2026-11-20T23:59:59.999999+05:00", "2026-11-20T10:03:00Z",
        ];
        await using var connection = new NpgsqlConnection(rig.Database + ";Pooling=false");
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
    }

    private static string Connector(RelayRig rig, string topic)
    {
        var database = new NpgsqlConnectionStringBuilder(rig.Database);
        return $$"""
            {"connector.class":"io.debezium.connector.postgresql.PostgresConnector","tasks.max":"1",
             "exactly.once.support":"required","transaction.boundary":"poll",
             "database.hostname":"127.0.0.1","database.port":"{{database.Port}}","database.user":"{{database.Username}}",
             "database.password":"{{database.Password}}","database.dbname":"{{database.Database}}",
             "topic.prefix":"{{rig.Options.Slot}}","plugin.name":"pgoutput","publication.autocreate.mode":"disabled",
             "publication.name":"{{rig.Options.Publication}}","slot.name":"{{rig.Options.Slot}}_dbz","snapshot.mode":"no_data",
             "table.include.list":"app.outbox","tombstones.on.delete":"false","skipped.operations":"u,d,t",
             "transforms":"outbox","transforms.outbox.type":"io.debezium.transforms.outbox.EventRouter",
             "transforms.outbox.table.field.event.id":"event_id","transforms.outbox.table.field.event.key":"aggregate_id",
             "transforms.outbox.table.field.event.type":"type","transforms.outbox.table.field.event.payload":"payload",
             "transforms.outbox.table.expand.json.payload":"true",
             "transforms.outbox.route.by.field":"aggregate_type","transforms.outbox.route.topic.regex":".*",
             "transforms.outbox.route.topic.replacement":"{{topic}}",
             "transforms.outbox.table.fields.additional.placement":"event_id:header:event_id,aggregate_id:header:aggregate_id,type:header:event_type,occurred_at:header:occurred_at,traceparent:header:traceparent",
             "key.converter":"org.apache.kafka.connect.storage.StringConverter",
             "value.converter":"org.apache.kafka.connect.json.JsonConverter","value.converter.schemas.enable":"false"}
            """;
    }

    /// <summary>A Connect worker of the test's own.</summary>
    private sealed class Connect(string bootstrap) : IAsyncDisposable
    {
        private readonly string _data = Path.Combine(Path.GetTempPath(), "futures-eos-tests", "connect-"
            + Guid.NewGuid().ToString("N")[..8]);
        private readonly int _port = Random.Shared.Next(21_000, 32_000);

        public static async Task<Connect> StartAsync(string bootstrap)
        {
            var connect = new Connect(bootstrap);
            Directory.CreateDirectory(connect._data);
            await connect.RunAsync("start");
            return connect;
        }

        public async Task PutAsync(string name, string config)
        {
            var file = Path.Combine(_data, "connector.json");
            await File.WriteAllTextAsync(file, config);
            await RunAsync("put", name, file);
        }

        public async ValueTask DisposeAsync()
        {
            await RunAsync("stop");
            Directory.Delete(_data, recursive: true);
        }

        private async Task RunAsync(params string[] words)
        {
            var output = Path.Combine(_data, "output");
            var start = new ProcessStartInfo(
                "/bin/sh", ["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", output,
                    Path.Combine(RealKafka.Folder!, "connect"), .. words]);
            start.Environment["KAFKA_DATA"] = _data;
            start.Environment["KAFKA_BOOTSTRAP"] = bootstrap;
            start.Environment["CONNECT_PORT"] = $"{_port}";
            start.Environment["CONNECT_RF"] = "1";
            start.Environment["CONNECT_HEAP"] = "384m";
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0 && words[0] != "stop")
                Assert.Fail($"connect {words[0]} ended with {process.ExitCode}: {await File.ReadAllTextAsync(output)}");
        }
    }
}
