using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Capture;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using Npgsql;

namespace FuturesEos.Benchmarks.Relay;

/// <summary>Brokers, PostgreSQL with the outbox, and a Connect worker that is warm from the second round on.</summary>
internal sealed class OutboxRig : IAsyncDisposable
{
    /// <summary>One row, committed by itself; $1 is its id.</summary>
    public const string InsertOne =
        "INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at) VALUES ($1, "
            + Columns + ")";

    private const int RowsOfTransaction = 50;
    private const int Partitions = 3;

    private const string Columns = """
        'ORDER', gen_random_uuid(), 'ORDER_CREATED', jsonb_build_object(
            'order_id', gen_random_uuid(), 'client_order_id', 'O-BTC-1763632992345',
            'decision_id', gen_random_uuid(), 'signal_id', gen_random_uuid(),
            'symbol', 'BTCUSDT', 'side', 'BUY', 'qty', 4.25, 'price', 64947.4875,
            'status', 'PENDING', 'created_at', '2026-11-20T10:03:12.345Z'), now()
        """;

    private readonly RealCluster _kafka;
    private readonly PrivatePostgres _postgres;
    private readonly ConnectPart _connect;
    private readonly string _scratch;

    private OutboxRig(RealCluster kafka, PrivatePostgres postgres, string scratch)
    {
        (_kafka, _postgres, _scratch) = (kafka, postgres, scratch);
        _connect = new ConnectPart(
            Path.Combine(scratch, "connect"), scratch, kafka.BootstrapServers, postgres.ConnectionString);
    }

    public static async Task<OutboxRig> StartAsync(string shared, string scratch, int brokers)
    {
        var kafka = await RealCluster.StartAsync(shared, scratch, brokers);
        var postgres = await PrivatePostgres.StartAsync(
            new PrivatePostgresOptions { DataFolder = Path.Combine(scratch, "postgres") });
        var rig = new OutboxRig(kafka, postgres, scratch);
        try
        {
            await Programs.RunAsync(
                Installation.Executable("FuturesEos.OrderManager"), ["migrate"],
                ("ConnectionStrings__futures", postgres.ConnectionString));
            // the pipeline's own slot has no reader here, and would keep all of the log
            await rig.ExecuteAsync("SELECT pg_drop_replication_slot('futures_outbox')");
            await rig._connect.StartAsync(CancellationToken.None);
            for (var start = Stopwatch.StartNew();
                !(await rig._connect.AskHealthAsync(CancellationToken.None)).IsHealthy;
                await Task.Delay(200))
            {
                if (start.Elapsed > TimeSpan.FromSeconds(90))
                    throw new TimeoutException("the Connect worker does not answer");
            }

            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on rows wait for whoever reads the slot.</summary>
    public Task MakeSlotAsync(string name) =>
        ExecuteAsync($"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')");

    /// <summary>Writes rows, fifty a transaction.</summary>
    public Task WriteAsync(int rows) => ExecuteAsync($"""
        DO $$ BEGIN
            FOR i IN 1..{rows / RowsOfTransaction} LOOP
                INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
                SELECT gen_random_uuid(), {Columns} FROM generate_series(1, {RowsOfTransaction});
                COMMIT;
            END LOOP;
        END $$
        """);

    /// <summary>Debezium on a slot, by the shipped configuration.</summary>
    public async Task<RelayContender> StartDebeziumAsync(string slot)
    {
        var topic = await MakeTopicAsync(slot);
        await _connect.Client.PutAsync(slot, OutboxConnector.For(slot, topic), CancellationToken.None);
        return new RelayContender(
            Process.GetProcessById(_connect.Pid!.Value), _kafka.Settings, _postgres.ConnectionString, topic, async () =>
            {
                await _connect.Client.DeleteAsync(slot, CancellationToken.None);
                await DropSlotAsync(slot);
            });
    }

    /// <summary>Our relay on a slot, with its own defaults.</summary>
    public RelayContender StartRelay(string slot)
    {
        var topic = $"{slot}.orders";
        var process = Programs.Start(
            Installation.Executable("FuturesEos.OutboxRelay"), Path.Combine(_scratch, slot + ".log"),
            ["--slot", slot, "--topic", topic, "--progress-topic", $"{slot}.progress"],
            ("ConnectionStrings__kafka", _kafka.BootstrapServers),
            ("ConnectionStrings__futures", _postgres.ConnectionString));
        return new RelayContender(process, _kafka.Settings, _postgres.ConnectionString, topic, async () =>
        {
            await Programs.StopAsync(process);
            await DropSlotAsync(slot);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _connect.StopAsync();
        await _postgres.DisposeAsync();
        _postgres.DeleteFiles();
        await _kafka.DisposeAsync();
    }

    private async Task<string> MakeTopicAsync(string slot)
    {
        var topic = $"{slot}.orders";
        using var admin = new AdminClientBuilder(_kafka.Settings.Admin()).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = topic, NumPartitions = Partitions, ReplicationFactor = (short)Math.Min(3, _kafka.Brokers),
        }]);
        return topic;
    }

    // its reader is gone in a moment, if not now
    private async Task DropSlotAsync(string slot)
    {
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                await ExecuteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"SELECT pg_drop_replication_slot('{slot}')"));
                return;
            }
            catch (PostgresException active) when (
                active.SqlState == PostgresErrorCodes.ObjectInUse && start.Elapsed < TimeSpan.FromSeconds(60))
            {
            }
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            _postgres.ConnectionString + ";Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
