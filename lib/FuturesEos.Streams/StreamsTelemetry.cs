using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FuturesEos.Streams;

/// <summary>
/// Spans and instruments of the engine, by OpenTelemetry's conventions; nothing is computed while nobody listens.
/// </summary>
public static class StreamsTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "FuturesEos.Streams";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    // restores and rebalances take from moments to minutes
    private static readonly InstrumentAdvice<double> LongSeconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    };

    private static readonly InstrumentAdvice<long> Records = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000],
    };

    private static readonly Histogram<double> TransactionDuration =
        Meter.CreateHistogram("eos.transaction.duration", "s", "From begin to the outcome.", null, Seconds);

    private static readonly Counter<long> Transactions =
        Meter.CreateCounter<long>("eos.transactions", "{transaction}", "Transactions ended, by outcome.");

    private static readonly Histogram<long> TransactionRecords =
        Meter.CreateHistogram(
            "eos.transaction.records", "{record}", "Input records of a committed transaction.", null, Records);

    private static readonly Counter<long> Fenced =
        Meter.CreateCounter<long>("eos.fenced", "{producer}", "Producers replaced.");

    private static readonly Histogram<double> RestoreDuration =
        Meter.CreateHistogram("eos.restore.duration", "s", "Of one task's restore.", null, LongSeconds);

    private static readonly Counter<long> RestoreRecords =
        Meter.CreateCounter<long>("eos.restore.records", "{record}", "Changelog records read by restores.");

    private static readonly Histogram<double> RebalanceDuration =
        Meter.CreateHistogram(
            "eos.rebalance.duration", "s", "From the loss of the partitions to all tasks running.", null, LongSeconds);

    private static readonly UpDownCounter<int> Tasks =
        Meter.CreateUpDownCounter<int>("eos.tasks", "{task}", "Tasks, by state.");

    private static readonly KeyValuePair<string, object?> CommittedTag = new("outcome", "committed");
    private static readonly KeyValuePair<string, object?> AbortedTag = new("outcome", "aborted");

    internal static void Committed(TimeSpan duration, long records)
    {
        TransactionDuration.Record(duration.TotalSeconds, CommittedTag);
        Transactions.Add(1, CommittedTag);
        TransactionRecords.Record(records);
    }

    internal static void Aborted(TimeSpan duration, string reason)
    {
        TransactionDuration.Record(duration.TotalSeconds, AbortedTag);
        Transactions.Add(1, AbortedTag, new KeyValuePair<string, object?>("reason", reason));
    }

    internal static void ProducerReplaced() => Fenced.Add(1);

    internal static void Restored(long records, TimeSpan duration)
    {
        RestoreDuration.Record(duration.TotalSeconds);
        RestoreRecords.Add(records);
    }

    internal static void Rebalanced(TimeSpan duration) => RebalanceDuration.Record(duration.TotalSeconds);

    internal static void TaskBecame(Tasks.TaskState from, Tasks.TaskState to)
    {
        if (from is not FuturesEos.Streams.Tasks.TaskState.Created)
            Tasks.Add(-1, new KeyValuePair<string, object?>("state", Text(from)));
        if (to is not FuturesEos.Streams.Tasks.TaskState.Closed)
            Tasks.Add(1, new KeyValuePair<string, object?>("state", Text(to)));
    }

    private static string Text(Tasks.TaskState state) => state switch
    {
        FuturesEos.Streams.Tasks.TaskState.Restoring => "restoring",
        FuturesEos.Streams.Tasks.TaskState.Running => "running",
        FuturesEos.Streams.Tasks.TaskState.Suspended => "suspended",
        _ => "other",
    };
}
