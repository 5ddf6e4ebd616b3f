using System.Text;
using Confluent.Kafka;
using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>One database with a slot, topics of its own, and relays between them.</summary>
internal sealed class RelayRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _relays = [];

    private RelayRig(string database, string bootstrapServers, OutboxRelayOptions options) =>
        (Database, Kafka, Options) = (database, new KafkaSettings(bootstrapServers, KafkaExtra), options);

    public string Database { get; private set; }

    public KafkaSettings Kafka { get; }

    /// <summary>What the user sets of librdkafka; holds for clients that are made later.</summary>
    public Dictionary<string, string> KafkaExtra { get; } = [];

    public OutboxRelayOptions Options { get; }

    public LogCapture Log { get; } = new();

    public static async Task<RelayRig> NewAsync(string database, string bootstrapServers, string name)
    {
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        return new RelayRig(database, bootstrapServers, new OutboxRelayOptions
        {
            Slot = DatabaseMigratorTests.Slot(database),
            Topic = $"{name}.orders",
            ProgressTopic = $"{name}.progress",
            Linger = TimeSpan.FromMilliseconds(20),
            Heartbeat = TimeSpan.FromMilliseconds(200),
        });
    }

    /// <summary>
    /// A relay that runs until it is stopped, fails, or crashes at the point for which <paramref name="crash"/> throws.
    /// </summary>
    public RunningService Start(Action<CrashPoint>? crash = null, string? database = null)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var health = new ServiceHealth(TimeProvider.System);
        var postgres = PostgresSettings.From(database ?? Database, RelayService.PostgresDefaults);
        var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        var service = new RelayService(
            source, postgres, Kafka, Microsoft.Extensions.Options.Options.Create(Options), health,
            Log.Of<RelayService>(), TimeProvider.System, crash);
        var running = RunningService.Start(service, stop, health, source);
        _relays.Add(running.Task);
        return running;
    }

    /// <summary>What takes the slot over and hands it over.</summary>
    public HandOver HandOver()
    {
        var postgres = PostgresSettings.From(Database, RelayService.PostgresDefaults + ";Pooling=false");
        return new(
            NpgsqlDataSource.Create(postgres.ConnectionString), postgres, Kafka,
            Microsoft.Extensions.Options.Options.Create(Options), Log.Of<HandOver>(), TimeProvider.System);
    }

    /// <summary>
    /// Rows of one statement, committed; payload <c>{"n": …}</c> numbered from <paramref name="first"/>.
    /// </summary>
    public Task InsertAsync(int rows, int first = 0) => PostgresForTests.ExecuteAsync(Database, InsertSql(rows, first));

    public static string InsertSql(int rows, int first = 0, string aggregate = "gen_random_uuid()") => $$"""
        INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
        SELECT gen_random_uuid(), 'ORDER', {{aggregate}}, 'ORDER_CREATED', jsonb_build_object('n', n), now()
        FROM generate_series({{first}}, {{first + rows - 1}}) n
        """;

    /// <summary>Waits until every row of the outbox is a committed event, and each once; gives them.</summary>
    public async Task<List<ConsumeResult<byte[], byte[]>>> EventsAsync(TimeSpan? within = null)
    {
        var expected = await IdsAsync();
        List<ConsumeResult<byte[], byte[]>> events = [];
        var deadline = Deadline.In(within ?? TimeSpan.FromSeconds(30));
        await Eventually.True(
            () => (events = ReadCommitted(Options.Topic)).Count >= expected.Count || deadline.IsOver,
            Deadline.InSeconds(300));
        if (events.Count < expected.Count)
            Assert.Fail($"{events.Count} of {expected.Count} events; the relay said:"
                + $" {string.Join("; ", Log.Lines.TakeLast(20))}");
        var ids = events.ConvertAll(EventId);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(expected.Except(ids));
        Assert.Empty(ids.Except(expected));
        return events;
    }

    public async Task<HashSet<string>> IdsAsync()
    {
        var ids = new HashSet<string>();
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT event_id::text FROM app.outbox", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            ids.Add(reader.GetString(0));
        return ids;
    }

    public List<ConsumeResult<byte[], byte[]>> ReadCommitted(string topic) => ReadCommitted(Kafka, topic);

    public static List<ConsumeResult<byte[], byte[]>> ReadCommitted(KafkaSettings kafka, string topic)
    {
        var records = new List<ConsumeResult<byte[], byte[]>>();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(kafka.Consumer("reader"))
            .SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions;
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        var open = partitions.Count;
        var deadline = Deadline.InSeconds(30);
        while (open > 0 && !deadline.IsOver)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(1));
            if (record is null)
                continue;
            if (record.IsPartitionEOF)
                open--;
            else
                records.Add(record);
        }

        Assert.Equal(0, open);
        return records;
    }

    public Task<long> RetainedBytesAsync() => PostgresForTests.ScalarAsync(Database,
        $"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint FROM pg_replication_slots"
            + $" WHERE slot_name = '{Options.Slot}'");

    public static string EventId(ConsumeResult<byte[], byte[]> record) =>
        Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes("event_id"));

    public static int Number(ConsumeResult<byte[], byte[]> record) =>
        System.Text.Json.JsonDocument.Parse(record.Message.Value).RootElement.GetProperty("n").GetInt32();

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        foreach (var relay in _relays)
            await Eventually.True(() => relay.IsCompleted);
    }
}
