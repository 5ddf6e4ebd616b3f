using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace FuturesEos.SignalGenerator;

/// <summary>
/// Sends records to the signal topics and waits for every delivery report: what it calls sent is on all in-sync
/// replicas, once.
/// </summary>
internal sealed class SignalPublisher : IDisposable
{
    /// <summary>Records on their way at most; beyond that the sender waits.</summary>
    private const int InFlightMax = 50_000;

    private const int MessageBytesMax = 1_048_576;
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(100);

    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly SemaphoreSlim _room = new(InFlightMax);
    private readonly string _servers;
    private long _delivered;
    private long _failed;
    private TaskCompletionSource? _settled;
    private Error? _firstError;

    public SignalPublisher(KafkaSettings kafka, ILogger logger)
    {
        _servers = kafka.BootstrapServers;
        var config = kafka.Producer();
        config.MessageMaxBytes ??= MessageBytesMax;
        config.MessageTimeoutMs ??= (int)MessageTimeout.TotalMilliseconds;
        _producer = new ProducerBuilder<byte[]?, byte[]>(config)
            .SetErrorHandler((_, error) => logger.KafkaError(error.Reason))
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>Records whose delivery was acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Takes a record; waits while too many are on their way.</summary>
    /// <exception cref="ExpectedFailure">An earlier record was not delivered: nothing more is sent.</exception>
    public async ValueTask SendAsync(OutgoingRecord record, CancellationToken cancellationToken)
    {
        if (record.AfterAllBefore) await SettleAsync(cancellationToken);
        ThrowIfFailed();
        await _room.WaitAsync(cancellationToken);
        var topic = Topics.Signals(record.Timeframe);
        var activity = GeneratorTelemetry.Send(topic);
        var message = new Message<byte[]?, byte[]>
        {
            Key = record.Key,
            Value = record.Value,
            Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
            Headers =
                activity?.Id is { } id ? new Headers { { Messaging.TraceParent, Encoding.ASCII.GetBytes(id) } } : null,
        };
        while (!TryProduce(topic, message, activity))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // the local queue is full by bytes: what is in it is delivered, or fails, in bounded time
            _producer.Flush(FlushStep);
        }
    }

    /// <summary>Waits for the delivery report of every record taken.</summary>
    /// <exception cref="ExpectedFailure">Some were not delivered.</exception>
    public void Complete()
    {
        while (_producer.Flush(FlushStep) > 0) { } // bounded by the message timeout
        ThrowIfFailed();
    }

    // Asked before each change of topic in a replay, and so not by Flush: while another thread takes the reports, it
    // looks every 10 ms.
    private Task SettleAsync(CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _settled, settled);
        if (_room.CurrentCount == InFlightMax) settled.TrySetResult();
        return settled.Task.WaitAsync(cancellationToken); // bounded by the message timeout
    }

    public void Dispose()
    {
        _producer.Dispose();
        _room.Dispose();
    }

    private bool TryProduce(string topic, Message<byte[]?, byte[]> message, Activity? activity)
    {
        try
        {
            _producer.Produce(topic, message, activity is null ? Report : report => Report(report, activity));
            return true;
        }
        catch (ProduceException<byte[]?, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (ProduceException<byte[]?, byte[]> e)
        {
            Fail(e.Error);
            return true;
        }
    }

    private void Report(DeliveryReport<byte[]?, byte[]> report, Activity activity)
    {
        if (report.Error.IsError)
            activity.SetTag(Messaging.ErrorType, report.Error.Code.ToString()).SetStatus(ActivityStatusCode.Error);
        else
            activity.At(report.Partition.Value, report.Offset.Value);
        activity.Dispose();
        Report(report);
    }

    private void Report(DeliveryReport<byte[]?, byte[]> report)
    {
        if (report.Error.IsError)
        {
            Fail(report.Error);
            return;
        }

        Interlocked.Increment(ref _delivered);
        GeneratorTelemetry.Sent.Add(1);
        Leave();
    }

    private void Fail(Error error)
    {
        Interlocked.CompareExchange(ref _firstError, error, null);
        Interlocked.Increment(ref _failed);
        Leave();
    }

    private void Leave()
    {
        if (_room.Release() == InFlightMax - 1) Volatile.Read(ref _settled)?.TrySetResult();
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _firstError) is not { } error) return;
        while (_producer.Flush(FlushStep) > 0) { } // the counts are those of all that was taken
        var code = error.IsLocalError ? ExitCode.Unreachable : ExitCode.CheckFailed;
        throw new ExpectedFailure(
            code,
            $"{Interlocked.Read(ref _failed)} records were not delivered to {_servers}: {error.Reason}; {Delivered} were. "
            + "Send again when that is mended: a signal that is there already is dropped as a duplicate");
    }
}
