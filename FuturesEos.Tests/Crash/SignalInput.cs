using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The signal topics of one broker, and what was sent to them: duplicates, late ones and garbage among them.</summary>
internal sealed class SignalInput : IDisposable
{
    private const int Symbols = 12;

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly Random _random = new(7);
    private long _ts = 1_763_596_800_000;
    private (string Topic, string Key, string Json)? _last;

    private SignalInput(string bootstrap)
    {
        Bootstrap = bootstrap;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap, EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random, LingerMs = 5,
        }).SetLogHandler((_, _) => { }).Build();
    }

    public string Bootstrap { get; }

    public static async Task<SignalInput> CreateAsync(string bootstrap)
    {
        var topics = Topics.OfSignals.Select(t => new TopicSpecification
        {
            Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
        }).ToList();
        await KafkaTopics.EnsureAsync(
            new KafkaSettings(bootstrap, new Dictionary<string, string>()), topics, TimeSpan.FromSeconds(30), NullLogger.Instance, default);
        return new SignalInput(bootstrap);
    }

    /// <summary>Sends so many records, times rising by up to two seconds: a few hundred make several windows.</summary>
    public void Append(int records) => Append(records, isLive: false);

    /// <summary>
    /// Sends while a processor has nothing left to do. It takes what reaches it first, since a partition at its end is not waited for: so each
    /// of these symbols keeps to one topic, and what becomes of it does not depend on that.
    /// </summary>
    public void AppendLive(int records) => Append(records, isLive: true);

    public void Dispose() => _producer.Dispose();

    private void Append(int records, bool isLive)
    {
        var delivered = 0;
        _last = null;
        for (var i = 0; i < records; i++)
        {
            var (topic, key, json) = Next(isLive);
            _producer.Produce(topic, new Message<byte[], byte[]>
            {
                Key = Encoding.UTF8.GetBytes(key),
                Value = Encoding.UTF8.GetBytes(json),
                Timestamp = new Timestamp(_ts, TimestampType.CreateTime),
            }, report =>
            {
                if (!report.Error.IsError) Interlocked.Increment(ref delivered);
            });
        }

        _producer.Flush(TimeSpan.FromSeconds(30));
        Assert.Equal(records, delivered);
    }

    private (string Topic, string Key, string Json) Next(bool isLive)
    {
        var dice = _random.Next(100);
        if (dice < 5 && _last is { } again) return again;
        _ts += _random.Next(1, 2000);
        var number = _random.Next(Symbols);
        var symbol = $"{(isLive ? "LIVE" : "SYM")}{number}";
        var timeframe = Timeframes.All[isLive ? number % 3 : _random.Next(3)];
        var ts = dice is >= 5 and < 7 ? _ts - 900_000 : _ts;
        var price = (650_000 + _random.Next(2_000)) / 10m;
        var json = dice is >= 7 and < 9
            ? "{\"symbol\":\"" + symbol + "\",\"side\":"
            : string.Create(CultureInfo.InvariantCulture,
                $$"""{"symbol":"{{symbol}}","side":"{{(_random.Next(3) > 0 ? "BUY" : "SELL")}}","qty":{{_random.Next(1, 500) / 100m}},"price":{{price}},"timeframe":"{{timeframe.Text()}}","ts":{{ts}}}""");
        _last = (Topics.Signals(timeframe), symbol, json);
        return _last.Value;
    }
}
