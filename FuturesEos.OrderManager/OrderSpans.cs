using System.Diagnostics;
using FuturesEos.ServiceDefaults.Telemetry;

namespace FuturesEos.OrderManager;

/// <summary>
/// One span for a batch, linked to the decisions that became orders, and for each of those one in the trace of its
/// signal: a trace that ended with the decision would not tell when the order was there.
/// </summary>
internal static class OrderSpans
{
    /// <summary>Null, at the price of one comparison, while nobody listens.</summary>
    public static Activity? Batch(string topic, string group, DecisionBatch batch)
    {
        if (!OrderTelemetry.Source.HasListeners())
            return null;
        return OrderTelemetry.Source.StartActivity(
                ActivityKind.Consumer, name: "process " + topic, tags: Messaging.Tags("process", topic),
                links: Messaging.Links(batch.Orders.Select(o => Messaging.ContextOf(o.Row.TraceParent))))?
            .SetTag(Messaging.Group, group)
            .SetTag("eos.orders", batch.Orders.Count)
            .WithCount(batch.Records);
    }

    /// <summary>The batch is in the database, or has been dropped for another instance's.</summary>
    public static void End(Activity? span, DecisionBatch batch, bool isCommitted)
    {
        span?.SetTag(Messaging.Outcome, isCommitted ? "committed" : "conflict");
        if (span is null || !isCommitted)
            return;
        var links = new ActivityLink[] { new(span.Context) };
        foreach (var (order, row) in batch.Orders.Take(Messaging.LinksMax))
        {
            if (Messaging.ContextOf(row.TraceParent) is var decision && decision != default)
            {
                KeyValuePair<string, object?>[] tags = [new("eos.order.id", order.Id.ToString()),
                    new("eos.symbol", order.Symbol)];
                OrderTelemetry.Source.StartActivity(
                    ActivityKind.Internal, decision, tags, links, span.StartTimeUtc, "create order")?.Dispose();
            }
        }
    }
}
