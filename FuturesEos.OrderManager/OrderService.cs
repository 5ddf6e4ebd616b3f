using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FuturesEos.OrderManager;

/// <summary>
/// Decisions to orders, until cancelled. After a failure of the database or of Kafka it begins again from the ledger.
/// </summary>
internal sealed class OrderService(
    NpgsqlDataSource database,
    DatabaseMigrator migrator,
    KafkaSettings kafka,
    IOptions<OrderManagerOptions> settings,
    ServiceHealth health,
    ILogger<OrderService> logger,
    TimeProvider time,
    Action<CrashPoint>? crash = null) : BackgroundService
{
    /// <summary>What holds where the connection string says nothing else: few statements, again and again.</summary>
    public const string PostgresDefaults =
        "Application Name=futures-eos-orders;Maximum Pool Size=4;Max Auto Prepare=20;Auto Prepare Min Usages=2";

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MissingTopicPatience = TimeSpan.FromSeconds(30);
    private readonly OrderManagerOptions _options = settings.Value;
    private readonly string _topic = Topics.Decisions(settings.Value.Prefix);
    private readonly Action<CrashPoint> _crash = crash ?? (_ => { });
    private DateTimeOffset? _missingSince;

    protected override async Task ExecuteAsync(CancellationToken cancellation)
    {
        var declared = Topics.OfProcessor(prefix: _options.Prefix).First(t => t.Name == _topic);
        await KafkaTopics.EnsureAsync(kafka, [Specification(declared)], StartPatience, logger, cancellation);

        var pause = PauseMin;
        var giveUpAt = time.GetUtcNow() + StartPatience; // of a start; what has worked once is waited for without end
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await PrepareAsync(cancellation);
                giveUpAt = DateTimeOffset.MaxValue;
                await TakeAsync(
                    () =>
                    {
                        pause = PauseMin;
                        _missingSince = null;
                    },
                    cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
            }
            catch (Exception failure)
                when (IsWaitedFor(failure) && !cancellation.IsCancellationRequested
                    && time.GetUtcNow() < giveUpAt)
            {
                var what = Failures.Action(failure);
                logger.Waiting(what, Failures.Reason(failure), (int)pause.TotalMilliseconds);
                health.NotReady($"{what}: {Failures.Reason(failure)}");
                database.Clear(); // connections that broke together would fail one try each
                await Task.Delay(pause, time, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        foreach (var line in await migrator.RunAsync(cancellation))
            logger.Migrated(line);
        await using var command = database.CreateCommand("SHOW synchronous_commit");
        if ((string)(await command.ExecuteScalarAsync(cancellation))! == "off")
            throw OrderBatch.NotSynchronous();
    }

    private async Task TakeAsync(Action works, CancellationToken cancellation)
    {
        var ledger = new ConsumerOffsets(_options.Group, _topic);
        var orders = new OrderBatch(database, ledger, _topic, _crash);
        var batch = new DecisionBatch(_options.Rule);
        var slot = new SlotWatch(database, _options.Slot, time);
        using var feed = new DecisionFeed(
            kafka, _options.Group, _options.InstanceId, _topic, batch, () => ReadLedger(ledger), logger);
        while (!cancellation.IsCancellationRequested)
        {
            await slot.LookAsync(cancellation);
            feed.Fill(_options.BatchRecordsMax);
            if (feed.IsAssigned)
                health.Ready();
            else
                health.NotReady("waiting for the group to give partitions");
            if (batch.Records == 0)
                continue;
            _crash(CrashPoint.BatchRead);
            if (await CommitAsync(orders, batch, cancellation))
            {
                _crash(CrashPoint.Committed);
                feed.Committed(batch.Moves);
                _crash(CrashPoint.OffsetsNoted);
                works();
            }
            else
            {
                OrderTelemetry.Conflicts.Add(1);
                logger.Conflict(batch.Records);
                feed.Rewind(ReadLedger(ledger));
            }

            batch.Clear();
        }
    }

    private async Task<bool> CommitAsync(OrderBatch orders, DecisionBatch batch, CancellationToken cancellation)
    {
        using var span = OrderSpans.Batch(_topic, _options.Group, batch);
        var start = time.GetTimestamp();
        var isCommitted = await orders.CommitAsync(batch, cancellation);
        OrderSpans.End(span, batch, isCommitted);
        if (!isCommitted)
            return false;
        OrderTelemetry.Duration.Record(time.GetElapsedTime(start).TotalSeconds);
        OrderTelemetry.Consumed.Add(batch.Records);
        OrderTelemetry.Orders.Add(batch.Orders.Count);
        logger.Committed(batch.Records, batch.Orders.Count);
        if (batch.DeadLetters.Count > 0)
        {
            OrderTelemetry.DeadLetters.Add(batch.DeadLetters.Count);
            logger.DeadLettered(batch.DeadLetters.Count, _topic);
        }

        return true;
    }

    // Inside the client's callback, which cannot wait asynchronously.
    private Dictionary<int, long> ReadLedger(ConsumerOffsets ledger)
    {
        using var connection = database.OpenConnection();
        var offsets = ledger.ReadAsync(connection, CancellationToken.None).GetAwaiter().GetResult();
        _crash(CrashPoint.Assigned);
        return offsets;
    }

    private static TopicSpecification Specification(TopicDeclaration topic) => new()
    {
        Name = topic.Name, NumPartitions = topic.Partitions, Configs = new Dictionary<string, string>(topic.Settings),
    };

    // A topic may be missing for a moment, while its metadata is on its way to a broker.
    private bool IsWaitedFor(Exception failure)
    {
        if (!Failures.IsMissingTopic(failure))
            return Failures.KindOf(failure) != FailureKind.Never;
        _missingSince ??= time.GetUtcNow();
        return time.GetUtcNow() < _missingSince + MissingTopicPatience;
    }
}
