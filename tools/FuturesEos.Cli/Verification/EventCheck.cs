using System.Globalization;
using System.Text;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts.Events;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Rows of the outbox = order events: each row's event once, with its key, its payload and its headers.
/// </summary>
internal sealed class EventCheck(DifferenceList differences) : IDisposable
{
    private readonly Spill<CommittedRecord> _events = new(SpillCodec.Write, SpillCodec.ReadRecord);
    private readonly Spill<OutboxTableRow> _rows = new(OutboxTableRow.Write, OutboxTableRow.Read);

    /// <summary>How many records were read.</summary>
    public long Read { get; private set; }

    /// <summary>Rows whose event may still be on its way.</summary>
    public long OnTheirWay { get; private set; }

    /// <summary>Takes a record of the topic of order events.</summary>
    public void Add(CommittedRecord record)
    {
        Read++;
        if (IdOf(record) is { } id) _events.Add(Buckets.Of(id), record);
        else differences.Add(Stage.Events, DifferenceKind.Unexpected, record.Place, "its header id is no event id");
    }

    /// <summary>Compares, when all records were taken.</summary>
    public void Run(OutboxCheck outbox, IPipelineWorld world)
    {
        foreach (var row in outbox.ReadAll()) _rows.Add(Buckets.Of(row.EventId), row);
        for (var bucket = 0; bucket < Buckets.Count; bucket++) Check(bucket, world);
    }

    public void Dispose()
    {
        _events.Dispose();
        _rows.Dispose();
    }

    private void Check(int bucket, IPipelineWorld world)
    {
        var rows = new Dictionary<Guid, OutboxTableRow>();
        foreach (var row in _rows.Read(bucket))
        {
            if (!rows.TryAdd(row.EventId, row) && rows[row.EventId].AggregateId != row.AggregateId)
                differences.Add(Stage.Outbox, DifferenceKind.Duplicate, row.EventId, "a second row");
        }

        var seen = new HashSet<Guid>();
        foreach (var record in _events.Read(bucket))
        {
            var id = IdOf(record)!.Value;
            if (!rows.TryGetValue(id, out var row))
                differences.Add(
                    Stage.Events, DifferenceKind.Unexpected, id, $"{record.Place}: there is no such row in app.outbox");
            else if (!seen.Add(id))
                differences.Add(Stage.Events, DifferenceKind.Duplicate, id, $"{record.Place}: a second event");
            else if (Wrong(record, row) is { } wrong)
                differences.Add(Stage.Events, DifferenceKind.Content, id, $"{record.Place}: {wrong}");
        }

        foreach (var (id, row) in rows.Where(row => !seen.Contains(row.Key)))
        {
            if (row.IsPruned) differences.Add(
                Stage.Events, DifferenceKind.Missing, id,
                $"order {row.AggregateId} has neither a row in app.outbox (pruned) nor an event");
            else if (world.HadTime(id)) differences.Add(
                Stage.Events, DifferenceKind.Missing, id, $"the row of order {row.AggregateId} has no event");
            else OnTheirWay++;
        }
    }

    /// <summary>Which row a record says that it tells of; none: it does not say.</summary>
    public static Guid? IdOf(CommittedRecord record) =>
        Guid.TryParseExact(record.HeaderText(OrderEvent.IdHeader), "D", out var id) ? id : null;

    /// <summary>What an event says otherwise than its row; none: nothing.</summary>
    public static string? Wrong(CommittedRecord record, OutboxTableRow row)
    {
        if (!Ascii.Equals(record.Key, row.AggregateId.ToString())) return "its key is not the order's id";
        if (!SameJson.Is(record.Value, row.Payload))
            return $"its value is not the payload {Encoding.UTF8.GetString(row.Payload)}";
        foreach (var (header, expected) in (ReadOnlySpan<(string, string?)>)
        [
            (OrderEvent.EventIdHeader, row.EventId.ToString()),
            (OrderEvent.AggregateIdHeader, row.AggregateId.ToString()),
            (OrderEvent.EventTypeHeader, row.Type),
            (OrderEvent.TraceParentHeader, row.TraceParent),
        ])
        {
            // the trace went with the row, and nothing else tells it
            if (row.IsPruned && header == OrderEvent.TraceParentHeader) continue;
            if (record.HeaderText(header) is var actual && actual != expected)
                return $"header {header} is {actual ?? "missing"}, expected {expected ?? "none"}";
        }

        return HasTime(record, row.OccurredAt)
            ? null : $"header {OrderEvent.OccurredAtHeader} is not {row.OccurredAt:O}";
    }

    private static bool HasTime(CommittedRecord record, DateTime expected) =>
        DateTimeOffset.TryParse(record.HeaderText(OrderEvent.OccurredAtHeader),
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && time.UtcDateTime == expected;
}
