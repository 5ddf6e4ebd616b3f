using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Row to record, as Debezium's EventRouter makes it with <c>expand.json.payload</c> and a JsonConverter without
/// schemas: either may serve the topic, and a reader cannot tell which did.
/// </summary>
internal static class OutboxRouter
{
    /// <summary>Why no record can be made of a row; none: one can.</summary>
    public static string? Refusal(OutboxEntry entry) => entry.OccurredAt >= DateTime.UnixEpoch
        ? null
        : $"occurred_at is {entry.OccurredAt?.ToString("O", CultureInfo.InvariantCulture) ?? "beyond the year 9999"}: a"
            + " record's time is from 1970 to 9999";

    /// <summary>The record of a row that is not refused.</summary>
    public static Message<byte[], byte[]> Route(OutboxEntry entry)
    {
        var occurredAt = entry.OccurredAt!.Value;
        var aggregateId = Encoding.ASCII.GetBytes(entry.AggregateId.ToString());
        var eventId = Encoding.ASCII.GetBytes(entry.EventId.ToString());
        var headers = new Headers
        {
            { "id", eventId },
            { "event_id", eventId },
            { "aggregate_id", aggregateId },
            { "event_type", Encoding.UTF8.GetBytes(entry.EventType) },
            { "occurred_at", Encoding.ASCII.GetBytes(Iso(occurredAt)) },
        };
        if (entry.Traceparent is not null)
            headers.Add("traceparent", Encoding.UTF8.GetBytes(entry.Traceparent));
        return new Message<byte[], byte[]>
        {
            Key = aggregateId,
            Value = JsonText.Compact(entry.Payload),
            Headers = headers,
            Timestamp = new Timestamp(occurredAt),
        };
    }

    // Always microseconds, as Debezium's ZonedTimestamp of a timestamptz: "2026-11-20T10:03:12.345000Z"
    internal static string Iso(DateTime utc) =>
        utc.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "Z";
}
