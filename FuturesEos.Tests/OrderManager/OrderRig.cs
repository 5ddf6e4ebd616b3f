using System.Buffers;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.OrderManager;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>One database, a topic of decisions, and order managers between them.</summary>
internal sealed class OrderRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _services = [];

    public OrderRig(string database, string bootstrapServers, string name)
    {
        Database = database;
        Kafka = new KafkaSettings(bootstrapServers, new Dictionary<string, string>());
        Options = new OrderManagerOptions
        {
            Prefix = name, Group = name, BatchRecordsMax = 50, Slot = DatabaseMigratorTests.Slot(database),
        };
    }

    public string Database { get; }

    public KafkaSettings Kafka { get; }

    public OrderManagerOptions Options { get; }

    public LogCapture Log { get; } = new();

    public string Topic => Topics.Decisions(Options.Prefix);

    /// <summary>
    /// An order manager that runs until it is stopped, fails, or crashes where <paramref name="crash"/> throws.
    /// </summary>
    public RunningService Start(Action<CrashPoint>? crash = null)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var health = new ServiceHealth(TimeProvider.System);
        var postgres = PostgresSettings.From(Database, OrderService.PostgresDefaults).ConnectionString;
        var database = NpgsqlDataSource.Create(postgres);
        var service = new OrderService(
            database, new DatabaseMigrator(postgres, Options.Slot, Migration.All), Kafka,
            Microsoft.Extensions.Options.Options.Create(Options), health, Log.Of<OrderService>(), TimeProvider.System,
            crash);
        var running = RunningService.Start(service, stop, health, database);
        _services.Add(running.Task);
        return running;
    }

    public async Task CreateTopicAsync()
    {
        using var admin = new AdminClientBuilder(Kafka.Admin()).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = 3,
            ReplicationFactor = 1 }]);
    }

    /// <summary>A decision that gives an order, unless its confidence is too low.</summary>
    public static Decision Decision(int n, decimal confidence = 0.8m) => new(
        Guid.Parse($"00000000-0000-4000-8000-{n:D12}"),
        Guid.Parse($"00000000-0000-4000-9000-{n:D12}"),
        "S" + (n % 7).ToString(CultureInfo.InvariantCulture),
        DecisionAction.Buy,
        DecisionReason.AlignedSignals,
        confidence,
        100.5m + n,
        1,
        1795168800000,
        1795169100000,
        n,
        3,
        1795168800000 + n);

    public void Send(IEnumerable<Decision> decisions, string? traceparent = null)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(Kafka.Producer()).Build();
        Send(decisions, producer, traceparent);
    }

    public void Send(
        IEnumerable<Decision> decisions, IProducer<byte[], byte[]> producer, string? traceparent = null)
    {
        foreach (var decision in decisions)
        {
            var json = new ArrayBufferWriter<byte>();
            decision.Write(json);
            var headers = new Headers();
            if (traceparent is not null)
                headers.Add("traceparent", Encoding.ASCII.GetBytes(traceparent));
            producer.Produce(Topic, new Message<byte[], byte[]>
            {
                Key = Encoding.ASCII.GetBytes(decision.Symbol), Value = json.WrittenSpan.ToArray(), Headers = headers,
            });
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }

    public void SendRaw(byte[]? key, byte[]? value)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka.Producer()).Build();
        producer.Produce(new TopicPartition(Topic, 0), new Message<byte[]?, byte[]?> { Key = key, Value = value });
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }

    public Task<long> CountAsync(string table) => PostgresForTests.ScalarAsync(Database,
        $"SELECT count(*) FROM app.{table}");

    /// <summary>Waits until there are that many orders; every order has its row and every row its order.</summary>
    public async Task OrdersAsync(int expected, TimeSpan? within = null)
    {
        var deadline = Deadline.In(within ?? TimeSpan.FromSeconds(30));
        await Eventually.True(
            async () => await CountAsync("orders") >= expected || deadline.IsOver, Deadline.InSeconds(300));
        if (deadline.IsOver)
            Assert.Fail($"{await CountAsync("orders")} of {expected} orders; it said:"
                + $" {string.Join("; ", Log.Lines.TakeLast(20))}");
        Assert.Equal(expected, await CountAsync("outbox"));
        Assert.Equal(expected, await PostgresForTests.ScalarAsync(Database, """
            SELECT count(*) FROM app.orders o JOIN app.outbox x ON x.aggregate_id = o.id
            WHERE x.payload->>'id' = o.id::text AND x.payload->>'client_order_id' = o.client_order_id
              AND (x.payload->>'qty')::numeric = o.qty AND (x.payload->>'price')::numeric = o.price
              AND x.payload->>'symbol' = o.symbol AND x.payload->>'side' = o.side AND x.occurred_at = o.created_at
            """));
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        foreach (var service in _services)
            await Eventually.True(() => service.IsCompleted);
    }
}
