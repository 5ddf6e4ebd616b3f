using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.SignalProcessor;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The signal topics of one broker, and what was sent to them: duplicates, late ones and garbage among them.</summary>
internal sealed class SignalInput : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly SignalSamples _samples = new(seed: 7);

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
    /// <param name="records">How many.</param>
    /// <param name="patience">How long it may take, when brokers are away.</param>
    public void AppendLive(int records, TimeSpan? patience = null) => Append(records, isLive: true, patience);

    public void Dispose() => _producer.Dispose();

    private void Append(int records, bool isLive, TimeSpan? patience = null)
    {
        var delivered = 0;
        _samples.NoRepeat();
        for (var i = 0; i < records; i++)
        {
            var (topic, key, json) = _samples.Next(isLive);
            _producer.Produce(topic, new Message<byte[], byte[]>
            {
                Key = Encoding.UTF8.GetBytes(key),
                Value = Encoding.UTF8.GetBytes(json),
                Timestamp = new Timestamp(_samples.TimestampMs, TimestampType.CreateTime),
            }, report =>
            {
                if (!report.Error.IsError) Interlocked.Increment(ref delivered);
            });
        }

        _producer.Flush(patience ?? Deadline.Usual);
        Assert.Equal(records, delivered);
    }
}
