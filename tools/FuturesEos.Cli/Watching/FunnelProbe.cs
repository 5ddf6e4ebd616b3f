using System.Collections.Concurrent;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using Npgsql;

namespace FuturesEos.Cli.Watching;

/// <summary>
/// Counts what was committed, from outside: reads decisions, dead letters and order events as any reader would, asks
/// for the ends of the signals and for the rows of orders. A broker or database that is away is asked again; the
/// figures then stay as they were.
/// </summary>
internal sealed class FunnelProbe : IDisposable
{
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, long> _lastDecisions = new();
    private readonly IConsumer<byte[], byte[]> _reader;
    private readonly IConsumer<byte[], byte[]> _asker;
    private readonly NpgsqlDataSource _database;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Funnel _last = Funnel.Empty;

    /// <param name="kafka">Where Kafka is.</param>
    /// <param name="postgres">Npgsql connection string.</param>
    public FunnelProbe(KafkaSettings kafka, string postgres)
    {
        _reader = Build(kafka.Consumer("eos-watch"));
        // never joins: it only asks for what the group has committed
        _asker = Build(kafka.Consumer(Topics.DefaultApplicationId));
        _database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres) { MaxPoolSize = 1, Timeout = 2, CommandTimeout = 5 });
        _reader.Assign([.. Partitions(Topics.Decisions(), Topics.DeadLetters(), Topics.Orders)
            .Select(p => new TopicPartitionOffset(p, Offset.Beginning))]);
        _thread = new Thread(Read) { IsBackground = true, Name = "funnel" };
        _thread.Start();
    }

    /// <summary>Decisions committed so far: known without asking, as fast as they can be read.</summary>
    public long Decisions => Count(Topics.Decisions());

    /// <summary>Offset of the last committed decision of each partition.</summary>
    public IReadOnlyDictionary<int, long> LastDecisions => new Dictionary<int, long>(_lastDecisions);

    /// <summary>Refused and late signals committed so far.</summary>
    public long DeadLetters => Count(Topics.DeadLetters());

    /// <summary>Order events committed so far.</summary>
    public long Events => Count(Topics.Orders);

    /// <summary>Signals sent so far.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public long AskSignals() => SignalPartitions.Sum(EndOf);

    /// <summary>Signals that the processor has not committed yet.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public long AskLag() => AskSignalsAndLag().Lag;

    /// <summary>Rows of orders.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<long> AskOrdersAsync(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand("SELECT count(*) FROM app.orders");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Rows of the outbox.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<long> AskOutboxAsync(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand("SELECT count(*) FROM app.outbox");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Where the order manager will read on, for each partition of the decisions.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<IReadOnlyDictionary<int, long>> AskOrderProgressAsync(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            "SELECT partition, max(next_offset) FROM app.consumer_offset WHERE topic = $1 GROUP BY 1");
        command.Parameters.Add(new NpgsqlParameter { Value = Topics.Decisions() });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var progress = new Dictionary<int, long>();
        while (await rows.ReadAsync(cancellation)) progress[rows.GetInt32(0)] = rows.GetInt64(1);
        return progress;
    }

    /// <summary>All figures; those of a server that is away as they were.</summary>
    public async Task<Funnel> AskAsync(CancellationToken cancellation)
    {
        // the last stage first: so no stage shows more than the one before it
        var (events, decisions, deadLetters) = (Events, Decisions, DeadLetters);
        var (signals, lag, orders) = (_last.Signals, _last.Lag, _last.Orders);
        try
        {
            orders = await AskOrdersAsync(cancellation);
            decisions = Decisions;
        }
        catch (NpgsqlException)
        {
        }

        try
        {
            (signals, lag) = await Task.Run(AskSignalsAndLag, cancellation); // the client's calls block
        }
        catch (KafkaException)
        {
        }

        return _last = new Funnel(signals, decisions, deadLetters, orders, events, lag);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _reader.Dispose();
        _asker.Dispose();
        _database.Dispose();
    }

    private static IEnumerable<TopicPartition> SignalPartitions =>
        Partitions([.. Topics.OfSignals.Select(topic => topic.Name)]);

    /// <summary>Signals sent so far, and those that the processor has not committed yet.</summary>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public (long Signals, long Lag) AskSignalsAndLag()
    {
        var ends = SignalPartitions.ToDictionary(partition => partition, EndOf);
        var committed = _asker.Committed(ends.Keys, AskPatience);
        return (ends.Values.Sum(), committed.Sum(c => ends[c.TopicPartition] - Math.Max(0, c.Offset.Value)));
    }

    // The client asks whom it knows as the leader, and an answer that it is another does not make it look for that one:
    // a topic that is only asked about is none that it keeps itself informed of.
    private long EndOf(TopicPartition partition)
    {
        try
        {
            return _asker.QueryWatermarkOffsets(partition, AskPatience).High.Value;
        }
        catch (KafkaException)
        {
            using var admin = new DependentAdminClientBuilder(_asker.Handle).Build();
            admin.GetMetadata(partition.Topic, AskPatience);
            throw;
        }
    }

    private void Read()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_reader.Consume(ReadPatience) is { IsPartitionEOF: false } record) Take(record);
            }
            catch (ConsumeException)
            {
                // a broker that is away, a topic that is not there yet: the client asks again by itself
            }
        }
    }

    private void Take(ConsumeResult<byte[], byte[]> record)
    {
        if (record.Topic == Topics.Decisions()) _lastDecisions[record.Partition.Value] = record.Offset.Value;
        _counts.AddOrUpdate(record.Topic, 1, (_, count) => count + 1);
    }

    private long Count(string topic) => _counts.GetValueOrDefault(topic);

    private static IEnumerable<TopicPartition> Partitions(params string[] topics) =>
        topics.SelectMany(topic => Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartition(topic, p)));

    private static IConsumer<byte[], byte[]> Build(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
}
