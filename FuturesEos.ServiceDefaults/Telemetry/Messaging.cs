using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FuturesEos.ServiceDefaults.Telemetry;

/// <summary>
/// Names of OpenTelemetry's conventions for messaging, in one place: they are still "Development" and may move.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ (1.44)</remarks>
public static class Messaging
{
    /// <summary>Header, and column of the outbox, of the W3C trace context.</summary>
    public const string TraceParent = "traceparent";

    // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
    private const int TraceParentLength = 55;

    /// <summary>Span of a Kafka transaction.</summary>
    public const string Transaction = "eos.transaction";

    /// <summary>How it ended: <c>committed</c>, or why not.</summary>
    public const string Outcome = "eos.outcome";

    /// <summary>Links of one span; more are cut, and counted in <see cref="LinksDropped"/>.</summary>
    public const int LinksMax = 128;

    /// <summary>How many links were cut.</summary>
    public const string LinksDropped = "eos.links.dropped";

    /// <summary>Transactional id; on spans only, since as a metric's label it would grow without end.</summary>
    public const string TransactionalId = "eos.transactional.id";

    /// <summary>Records of a batch.</summary>
    public const string BatchCount = "messaging.batch.message_count";

    /// <summary>Kafka's name of an error.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Partition, as text.</summary>
    public const string Partition = "messaging.destination.partition.id";

    /// <summary>Offset.</summary>
    public const string Offset = "messaging.kafka.offset";

    /// <summary>Key: a symbol or an order's id.</summary>
    public const string Key = "messaging.kafka.message.key";

    /// <summary>Consumer group.</summary>
    public const string Group = "messaging.consumer.group.name";

    /// <summary>
    /// What every span of a topic has: <paramref name="operation"/> is <c>send</c> or <c>process</c>.
    /// </summary>
    public static KeyValuePair<string, object?>[] Tags(string operation, string topic) =>
    [
        new("messaging.system", "kafka"),
        new("messaging.operation.name", operation),
        new("messaging.operation.type", operation),
        new("messaging.destination.name", topic),
    ];

    /// <summary>The context that a record or a row brought; none when it brought none, or something else.</summary>
    public static ActivityContext ContextOf(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;

    /// <summary>The text of a record's header, if it is a W3C trace context; null: it is not.</summary>
    public static string? TraceParentOf(ReadOnlySpan<byte> header) =>
        header.Length == TraceParentLength && Encoding.ASCII.GetString(header) is var text && ContextOf(text) != default
            ? text : null;

    /// <summary>Links to what a span covers, cut at <see cref="LinksMax"/>.</summary>
    public static IEnumerable<ActivityLink> Links(IEnumerable<ActivityContext> contexts) =>
        contexts.Where(context => context != default).Take(LinksMax).Select(context => new ActivityLink(context));

    /// <summary>Says how many records a span covers, and how many of them it has no link to.</summary>
    public static Activity? WithCount(this Activity? activity, int records)
    {
        activity?.SetTag(BatchCount, records);
        if (records > LinksMax) activity?.SetTag(LinksDropped, records - LinksMax);
        return activity;
    }

    /// <summary>Says where a record came to lie.</summary>
    public static Activity? At(this Activity? activity, int partition, long offset) => activity?
        .SetTag(Partition, partition.ToString(CultureInfo.InvariantCulture)).SetTag(Offset, offset);
}
