using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.SignalGenerator.Replay;

/// <summary>
/// What lay in one signal topic when it was opened: how much of it is newer than a file's beginning, and the records of
/// one partition from there on, in their order.
/// </summary>
internal sealed class StoredTopic : IDisposable
{
    /// <summary>The consumer's group: the client asks who coordinates it, and nobody joins it.</summary>
    private const string GroupName = "signal-generator";

    private const int QueueKbytes = 4 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(200);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly string _servers;
    private readonly string _topic;
    private readonly Timeframe _timeframe;
    private readonly long _fromMs;
    private long _end;
    private ConsumeResult<byte[]?, byte[]?>? _head;

    /// <param name="kafka">Where Kafka is.</param>
    /// <param name="timeframe">Of the topic.</param>
    /// <param name="own">The partition of the file's symbol.</param>
    /// <param name="fromMs">The file's beginning, epoch milliseconds.</param>
    public StoredTopic(KafkaSettings kafka, Timeframe timeframe, int own, long fromMs)
    {
        (_servers, _timeframe, _fromMs) = (kafka.BootstrapServers, timeframe, fromMs);
        _topic = Topics.Signals(timeframe);
        var config = kafka.Consumer(GroupName);
        config.QueuedMaxMessagesKbytes = QueueKbytes;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            for (var i = 0; i < Topics.Partitions; i++)
            {
                var partition = new TopicPartition(_topic, i);
                var (first, end) = Newest(partition, fromMs + 1);
                Newer += end - first;
                if (i != own && first < end) Elsewhere ??= new TopicPartitionOffset(partition, first);
            }

            ReadFrom(new TopicPartition(_topic, own), fromMs);
        }
        catch
        {
            _consumer.Dispose();
            throw;
        }
    }

    /// <summary>Records that are newer than the file's beginning, on all partitions.</summary>
    public long Newer { get; }

    /// <summary>The first of them on a partition that the file does not write to.</summary>
    private TopicPartitionOffset? Elsewhere { get; }

    /// <summary>Whether this signal of the file is the next record; takes it then.</summary>
    public bool TryTake(in Signal signal)
    {
        for (; Peek() is { } record; _head = null)
        {
            if (IsSame(record, signal))
            {
                _head = null;
                return true;
            }

            if (record.Message.Timestamp.UnixTimestampMs > _fromMs) return false;
        }

        return false;
    }

    /// <summary>The first record that is newer than the file's beginning and was not taken.</summary>
    public ConsumeResult<byte[]?, byte[]?>? FindNewer()
    {
        for (; Peek() is { } record; _head = null)
        {
            if (record.Message.Timestamp.UnixTimestampMs > _fromMs) return record;
        }

        if (Elsewhere is not { } elsewhere) return null;
        ReadFrom(elsewhere.TopicPartition, _fromMs + 1);
        return Peek();
    }

    public void Dispose() => _consumer.Dispose();

    private bool IsSame(ConsumeResult<byte[]?, byte[]?> record, in Signal signal) =>
        record.Message.Timestamp.UnixTimestampMs == signal.Ts
        && SignalReader.TryRead(
            record.Message.Key, record.Message.Value, _timeframe, signal.Ts, out var stored, out _)
        && stored == signal;

    private void ReadFrom(TopicPartition partition, long ms)
    {
        _head = null;
        (var first, _end) = Newest(partition, ms);
        if (first < _end) _consumer.Assign(new TopicPartitionOffset(partition, first));
        else _consumer.Unassign();
    }

    /// <summary>The first record of that time or a later one, and the end; the same when there is none.</summary>
    private (long First, long End) Newest(TopicPartition partition, long ms)
    {
        try
        {
            var end = _consumer.QueryWatermarkOffsets(partition, Patience).High.Value;
            var asked = new TopicPartitionTimestamp(partition, new Timestamp(ms, TimestampType.CreateTime));
            var first = _consumer.OffsetsForTimes([asked], Patience)[0].Offset;
            return (first == Offset.End ? end : Math.Min(first.Value, end), end);
        }
        catch (KafkaException e)
        {
            throw CannotRead(e);
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Peek()
    {
        if (_head is not null || _consumer.Assignment.Count == 0) return _head;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            try
            {
                if (_consumer.Consume(PollFor) is not { } record) continue;
                if (record.Offset.Value < _end && !record.IsPartitionEOF) return _head = record;
                if (record.Offset.Value < _end) continue;
                _consumer.Unassign();
                return null;
            }
            catch (ConsumeException e)
            {
                throw CannotRead(e);
            }
        }

        throw new ExpectedFailure(
            ExitCode.TimedOut,
            $"{_topic} was not read up to offset {_end} within {Patience.TotalSeconds:0} s at {_servers}; "
                + "look whether its leader is alive ('eos doctor')");
    }

    private ExpectedFailure CannotRead(KafkaException e) => ExpectedFailure.Unreachable(
        $"{_topic} cannot be read at {_servers}: {e.Error.Reason}. A replay looks at what lies in the topics before it "
            + $"sends; its user needs Read on them and Describe on the group {GroupName}. --mix sends without looking",
        e);
}
