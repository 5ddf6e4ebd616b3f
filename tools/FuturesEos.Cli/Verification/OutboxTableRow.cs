using System.Text;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// A row of <c>app.outbox</c> as the database gives it back: its payload is JSONB, so without the writer's order of
/// fields; UTF-8.
/// </summary>
internal sealed record OutboxTableRow(
    Guid EventId,
    string AggregateType,
    Guid AggregateId,
    string Type,
    byte[] Payload,
    DateTime OccurredAt,
    long OccurredAtMs,
    string? TraceParent,
    bool IsPruned = false)
{
    /// <summary>
    /// The row that an order had before 'eos outbox prune' removed it: it follows from the order, but for its trace.
    /// </summary>
    public static OutboxTableRow Pruned(OrderRow order)
    {
        var createdAt = new DateTimeOffset(order.CreatedAt).ToUnixTimeMilliseconds();
        var row = OutboxRow.For(
            new Order(
                order.Id, order.DecisionId, order.SignalId, order.Symbol,
                order.Side == Side.Sell.Text() ? Side.Sell : Side.Buy, order.Price, order.Qty, createdAt),
            traceParent: null);
        return new OutboxTableRow(
            row.EventId, row.AggregateType, row.AggregateId, row.Type, Encoding.UTF8.GetBytes(row.Payload),
            DateTime.UnixEpoch.AddMilliseconds(createdAt), createdAt, TraceParent: null, IsPruned: true);
    }

    public static void Write(BinaryWriter to, OutboxTableRow row)
    {
        to.Write(row.EventId);
        to.Write(row.AggregateType);
        to.Write(row.AggregateId);
        to.Write(row.Type);
        to.WriteOptional(row.Payload);
        to.Write(row.OccurredAt.Ticks);
        to.Write(row.OccurredAtMs);
        to.WriteOptional(row.TraceParent);
        to.Write(row.IsPruned);
    }

    public static OutboxTableRow Read(BinaryReader from) => new(
        from.ReadGuid(), from.ReadString(), from.ReadGuid(), from.ReadString(), from.ReadOptional()!,
        new DateTime(from.ReadInt64(), DateTimeKind.Utc), from.ReadInt64(), from.ReadOptionalText(),
        from.ReadBoolean());
}
