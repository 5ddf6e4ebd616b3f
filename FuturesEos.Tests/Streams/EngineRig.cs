using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>One application of a test: its topics, its input, the engines that run it, and the check of all it wrote.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    public const int Partitions = 3;

    private readonly string _name;
    private readonly List<string> _folders = [];
    private readonly List<RunningEngine> _engines = [];
    private readonly List<(string Topic, string Key, int Number, long Ts)> _sent = [];
    private readonly IProducer<byte[], byte[]> _producer;

    private EngineRig(string bootstrap, string name)
    {
        Bootstrap = bootstrap;
        _name = name;
        Inputs = [$"{name}.a", $"{name}.b"];
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap, EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random, LingerMs = 5,
        }).SetLogHandler((_, _) => { }).Build();
    }

    public string Bootstrap { get; }

    public IReadOnlyList<string> Inputs { get; }

    public string Output => $"{_name}.out";

    public string Changelog => $"{_name}-sums-changelog";

    public int Sent => _sent.Count;

    public static async Task<EngineRig> CreateAsync(string bootstrap, string name)
    {
        var rig = new EngineRig(bootstrap, name);
        await rig.CreateTopicsAsync([.. rig.Inputs, rig.Output, rig.Changelog]);
        return rig;
    }

    public IAdminClient Admin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).SetLogHandler((_, _) => { }).Build();

    public async Task CreateTopicsAsync(params string[] names)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync(names.Select(name => new TopicSpecification
        {
            Name = name,
            NumPartitions = Partitions,
            ReplicationFactor = -1,
            Configs = new Dictionary<string, string>
            {
                ["retention.ms"] = "-1", ["cleanup.policy"] = name == Changelog ? "compact" : "delete",
            },
        }));
        await Eventually.True(() => names.All(name => admin.GetMetadata(name, TimeSpan.FromSeconds(5)).Topics[0].Partitions.Count == Partitions
            && admin.GetMetadata(name, TimeSpan.FromSeconds(5)).Topics[0].Partitions.All(p => p.Leader >= 0)));
    }

    public async Task DeleteTopicAsync(string name)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([name]);
        await Eventually.True(() => admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics.All(t => t.Topic != name));
    }

    /// <summary>Sends records of a few keys to all inputs, timestamps rising.</summary>
    public void Send(int records, int keys = 20, int seed = 1)
    {
        var random = new Random(seed + _sent.Count);
        var reports = 0;
        for (var i = 0; i < records; i++)
        {
            var record = (Inputs[random.Next(Inputs.Count)], $"key-{random.Next(keys)}", random.Next(1000), 1_700_000_000_000 + _sent.Count);
            _sent.Add(record);
            Send(record.Item1, record.Item2, record.Item3, record.Item4, () => Interlocked.Increment(ref reports));
        }

        _producer.Flush(TimeSpan.FromSeconds(30));
        Assert.Equal(records, reports);
    }

    public RunningEngine Start(StoreKind store = StoreKind.RocksDb, string? folder = null, Action<InputRecord>? before = null,
        Func<StreamsOptions, StreamsOptions>? change = null, string? output = null, int padding = 0, ILoggerFactory? loggers = null)
    {
        folder ??= NewFolder();
        var options = new StreamsOptions
        {
            ApplicationId = _name, BootstrapServers = Bootstrap, InputTopics = Inputs, StoreName = "sums", StateDirectory = folder,
            Store = store, SessionTimeout = TimeSpan.FromSeconds(6), TransactionTimeout = TimeSpan.FromSeconds(5),
        };
        var engine = new RunningEngine(change?.Invoke(options) ?? options, _ => new SummingProcessor(output ?? Output, before, padding), loggers ?? NullLoggerFactory.Instance);
        _engines.Add(engine);
        return engine;
    }

    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("eos-engine-").FullName;
        _folders.Add(folder);
        return folder;
    }

    public Task OutputsAsync(int count, double seconds = 60) =>
        Eventually.Equal(count, () => Task.FromResult(Read(Output).Count), Deadline.InSeconds(seconds));

    /// <summary>
    /// Everything sent has exactly one output; the running count and sum of each key are right record by record; the changelog's fold is
    /// the state that follows from the input.
    /// </summary>
    public void AssertExactlyOnce()
    {
        var outputs = Read(Output);
        var sources = outputs.ConvertAll(o => Encoding.UTF8.GetString(o.Message.Value).Split(' ')[0]);
        Assert.Empty(sources.GroupBy(s => s).Where(g => g.Count() > 1).Select(g => $"{g.Key} twice"));
        Assert.Equal(_sent.Count, outputs.Count);

        var expected = _sent.GroupBy(s => s.Key).ToDictionary(g => g.Key, g => (Count: g.Count(), Sum: g.Sum(s => (long)s.Number)));
        var running = new Dictionary<string, int>();
        foreach (var output in outputs)
        {
            var key = Encoding.UTF8.GetString(output.Message.Key);
            var count = int.Parse(Encoding.UTF8.GetString(output.Message.Value).Split(' ')[1], CultureInfo.InvariantCulture);
            Assert.Equal(running.GetValueOrDefault(key) + 1, count);
            running[key] = count;
        }

        foreach (var (key, (count, sum)) in expected)
        {
            var last = outputs.Last(o => Encoding.UTF8.GetString(o.Message.Key) == key);
            Assert.EndsWith($" {count} {sum}", Encoding.UTF8.GetString(last.Message.Value));
        }

        var fold = new Dictionary<string, (int, long)>();
        foreach (var change in Read(Changelog)) fold[Encoding.UTF8.GetString(change.Message.Key)] = SummingProcessor.Read(change.Message.Value);
        Assert.Equal(expected.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)), fold.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)));
    }

    /// <summary>Every record of a topic up to its end, partition by partition.</summary>
    public List<ConsumeResult<byte[], byte[]>> Read(string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Bootstrap, GroupId = "reader", EnableAutoCommit = false, EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest, IsolationLevel = isolation,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[], byte[]>>();
        var ends = new HashSet<int>();
        var deadline = Deadline.InSeconds(30);
        while (ends.Count < Partitions)
        {
            Assert.False(deadline.IsOver, $"{topic} could not be read to its end");
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result) continue;
            if (result.IsPartitionEOF) ends.Add(result.Partition.Value);
            else records.Add(result);
        }

        return records;
    }

    /// <summary>Whether the output of this input is written, committed or not.</summary>
    public bool HasUncommitted(string source) => Read(Output, IsolationLevel.ReadUncommitted)
        .Exists(o => Encoding.UTF8.GetString(o.Message.Value).StartsWith(source + " ", StringComparison.Ordinal));

    /// <summary>The last stable offset of each partition.</summary>
    public async Task<List<long>> StableOffsetsAsync(string topic)
    {
        using var admin = Admin();
        var asked = await admin.ListOffsetsAsync(
            Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffsetSpec
            {
                TopicPartition = new TopicPartition(topic, p), OffsetSpec = OffsetSpec.Latest(),
            }),
            new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadCommitted });
        return [.. asked.ResultInfos.OrderBy(r => r.TopicPartitionOffsetError.Partition.Value).Select(r => r.TopicPartitionOffsetError.Offset.Value)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
        _producer.Dispose();
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
    }

    private void Send(string topic, string key, int number, long ts, Action delivered) => _producer.Produce(topic, new Message<byte[], byte[]>
    {
        Key = Encoding.UTF8.GetBytes(key),
        Value = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
        Timestamp = new Timestamp(ts, TimestampType.CreateTime),
    }, report =>
    {
        Assert.False(report.Error.IsError, report.Error.Reason);
        delivered();
    });
}
