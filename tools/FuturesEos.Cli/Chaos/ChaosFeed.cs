using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// Sends signals at a steady rate whatever happens: what cannot be sent now waits, and is sent when the brokers are
/// back, in its order.
/// It knows which records were acknowledged: so many must be found in the topics, no more and no fewer.
/// </summary>
internal sealed class ChaosFeed : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(100);

    private readonly SignalMix _mix;
    private readonly double _rate;
    private readonly IProducer<byte[], byte[]> _producer;
    private long _acknowledged;
    private long _taken;
    private Error? _failure;

    public ChaosFeed(KafkaSettings kafka, int seed, double rate)
    {
        (_mix, _rate) = (new SignalMix(seed), rate);
        var config = kafka.Producer();
        config.MessageTimeoutMs = (int)MessageTimeout.TotalMilliseconds;
        config.QueueBufferingMaxMessages = 1_000_000;
        _producer = new ProducerBuilder<byte[], byte[]>(config).SetErrorHandler((_, _) => { })
            .SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Records that all in-sync replicas hold.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Makes the topics.</summary>
    public static Task EnsureTopicsAsync(
        KafkaSettings kafka, Microsoft.Extensions.Logging.ILogger logger, CancellationToken cancellation) =>
        KafkaTopics.EnsureAsync(
            kafka,
            [
                .. Topics.OfSignals.Select(topic => new TopicSpecification
                {
                    Name = topic.Name, NumPartitions = topic.Partitions,
                    Configs = new Dictionary<string, string>(topic.Settings),
                }),
            ],
            TimeSpan.FromSeconds(30),
            logger,
            cancellation);

    /// <summary>Sends until told to stop.</summary>
    /// <exception cref="ExpectedFailure">The brokers were away for longer than a record waits.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        using var timer = new PeriodicTimer(Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var due = (long)(time.GetElapsedTime(start).TotalSeconds * _rate);
                for (; _taken < due; _taken++) Send(_mix.Next(time.GetUtcNow().ToUnixTimeMilliseconds()));
                ThrowIfFailed();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits until everything sent is acknowledged.</summary>
    /// <exception cref="ExpectedFailure">Some was not.</exception>
    public void Complete(CancellationToken cancellation)
    {
        // bounded by the message timeout
        while (_producer.Flush(FlushStep) > 0) cancellation.ThrowIfCancellationRequested();
        ThrowIfFailed();
    }

    public void Dispose() => _producer.Dispose();

    private void Send(OutgoingSignal signal) => _producer.Produce(
        Topics.Signals(signal.Timeframe),
        new Message<byte[], byte[]>
        {
            Key = signal.Key, Value = signal.Value,
            Timestamp = new Timestamp(signal.TimestampMs, TimestampType.CreateTime),
        },
        report =>
        {
            if (report.Error.IsError) Interlocked.CompareExchange(ref _failure, report.Error, null);
            else Interlocked.Increment(ref _acknowledged);
        });

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } error)
            throw ExpectedFailure.Unreachable(
                $"a signal could not be sent: {error.Reason}; nothing can be said of a run whose input is not known");
    }
}
