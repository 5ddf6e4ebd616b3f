using System.Diagnostics;
using System.Globalization;
using System.Text;
using FuturesEos.Streams.Tasks;

namespace FuturesEos.Streams;

/// <summary>
/// The engine's spans, by OpenTelemetry's conventions for messaging: one for each record processed, child of the trace
/// that the record brought and linked to it; one for each transaction, linked to the first of its records;
/// one for each restore.
/// </summary>
internal static class StreamsSpans
{
    private const int LinksMax = 128;
    private const string TraceParent = "traceparent";

    /// <summary>Null, at the cost of one comparison, while nobody listens.</summary>
    public static Activity? Process(in InputRecord record, string group)
    {
        if (!StreamsTelemetry.Source.HasListeners())
            return null;
        var parent = ParentOf(in record);
        var activity = StreamsTelemetry.Source.StartActivity(
            "process " + record.Topic, ActivityKind.Consumer, parent, Tags(in record, group),
            parent == default ? null : [new ActivityLink(parent)]);
        return activity;
    }

    public static Activity? Transaction(string transactionalId)
    {
        if (!StreamsTelemetry.Source.HasListeners())
            return null;

        // not Activity.Current: the records' own traces run through it, and the transaction is nobody's parent
        var activity = StreamsTelemetry.Source.CreateActivity(
            "eos.transaction", ActivityKind.Internal, default(ActivityContext));
        activity?.SetTag("messaging.system", "kafka").SetTag("eos.transactional.id", transactionalId).Start();
        Activity.Current = null;
        return activity;
    }

    /// <summary>Links a processed record's span to the transaction; beyond the limit they are counted only.</summary>
    public static void Link(Activity? transaction, Activity? process, int record)
    {
        if (transaction is not null && process is not null && record < LinksMax)
            transaction.AddLink(new ActivityLink(process.Context));
    }

    public static void End(Activity? transaction, string outcome, int records, IEnumerable<StreamTask> tasks)
    {
        if (transaction is null)
            return;
        transaction.SetTag("eos.outcome", outcome)
            .SetTag("eos.tasks", string.Join(' ', tasks.Select(t => t.Id.Partition)))
            .SetTag("messaging.batch.message_count", records);
        if (records > LinksMax)
            transaction.SetTag("eos.links.dropped", records - LinksMax);
        if (outcome != "committed")
            transaction.SetTag("error.type", outcome).SetStatus(ActivityStatusCode.Error, outcome);
        transaction.Stop();
    }

    public static void Restored(string topic, int partition, long records, TimeSpan elapsed, DateTimeOffset now)
    {
        using var activity = StreamsTelemetry.Source.StartActivity(
            ActivityKind.Internal, default, startTime: now - elapsed, name: "restore " + topic);
        activity?.SetTag("messaging.destination.partition.id", partition.ToString(CultureInfo.InvariantCulture))
            .SetTag("messaging.batch.message_count", records);
    }

    private static ActivityContext ParentOf(in InputRecord record) =>
        record.Headers.TryGetLastBytes(TraceParent, out var bytes)
        && ActivityContext.TryParse(Encoding.UTF8.GetString(bytes), null, isRemote: true, out var parent)
            ? parent
            : default;

    private static KeyValuePair<string, object?>[] Tags(in InputRecord record, string group) =>
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", "process"),
        new("messaging.operation.type", "process"),
        new("messaging.destination.name", record.Topic),
        new("messaging.destination.partition.id", record.Partition.ToString(CultureInfo.InvariantCulture)),
        new("messaging.kafka.offset", record.Offset),
        new("messaging.consumer.group.name", group),
    ];
}
