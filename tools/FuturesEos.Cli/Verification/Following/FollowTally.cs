using System.Text.Json;
using FuturesEos.Cli.Output;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>What was counted since the beginning, and every difference.</summary>
internal sealed class FollowTally
{
    private readonly DifferenceList _differences = new();

    public long Signals { get; set; }

    public long Repeated { get; set; }

    public long DeadLettered { get; set; }

    public long Decisions { get; set; }

    public long Orders { get; set; }

    public long OutboxRows { get; set; }

    public long Events { get; set; }

    /// <summary>Rows beyond those that decisions give, as already reported.</summary>
    public long SurplusOrders { get; set; }

    /// <summary>The same of the outbox.</summary>
    public long SurplusOutbox { get; set; }

    public void Add(Stage stage, DifferenceKind kind, string id, string detail) =>
        _differences.Add(stage, kind, id, detail);

    public void Add(Stage stage, DifferenceKind kind, Guid id, string detail) =>
        _differences.Add(stage, kind, id, detail);

    /// <summary>The same object for all who compare.</summary>
    public DifferenceList Differences => _differences;

    /// <summary>Everything so far, as 'eos verify' reports it.</summary>
    public VerifyReport Report(long signalsOpen, long decisionsOpen, long eventsOpen)
    {
        var all = new DifferenceList();
        foreach (var difference in _differences.Kept) all.Add(difference);
        if (Signals == 0) all.Add(Stage.Signals, DifferenceKind.Nothing, "signals", "none was read: nothing is proved");
        return new VerifyReport
        {
            ExactlyOnce = all.IsEmpty,
            Signals = new(Signals, Signals - Repeated - DeadLettered - signalsOpen, Repeated, DeadLettered),
            Decisions = new(Decisions, Of(Stage.Decisions, DifferenceKind.Duplicate),
                Of(Stage.Decisions, DifferenceKind.Missing), Of(Stage.Decisions, DifferenceKind.Unexpected)),
            Orders = new(Orders, Of(Stage.Orders, DifferenceKind.Missing), Of(Stage.Orders, DifferenceKind.Unexpected)),
            Outbox =
                new(OutboxRows, Of(Stage.Outbox, DifferenceKind.Missing), Of(Stage.Outbox, DifferenceKind.Unexpected)),
            Events = new(Events, Of(Stage.Events, DifferenceKind.Duplicate),
                Of(Stage.Events, DifferenceKind.Missing), Of(Stage.Events, DifferenceKind.Unexpected)),
            InFlight = new(signalsOpen, decisionsOpen, eventsOpen),
            DifferenceCount = _differences.Total + (Signals == 0 ? 1 : 0),
            Differences = all.Kept,
        };
    }

    public void Write(BinaryWriter to)
    {
        foreach (var count in (long[])[Signals, Repeated, DeadLettered, Decisions, Orders, OutboxRows, Events,
            SurplusOrders, SurplusOutbox]) to.Write(count);
        to.Write(JsonSerializer.Serialize(_differences.Counts.Select(
            count => new Counted(count.Key.Stage, count.Key.Kind, count.Value)), Json.Options));
        to.Write(JsonSerializer.Serialize(_differences.Kept, Json.Options));
    }

    public static FollowTally Read(BinaryReader from)
    {
        var tally = new FollowTally
        {
            Signals = from.ReadInt64(), Repeated = from.ReadInt64(), DeadLettered = from.ReadInt64(),
            Decisions = from.ReadInt64(), Orders = from.ReadInt64(),
            OutboxRows = from.ReadInt64(), Events = from.ReadInt64(), SurplusOrders = from.ReadInt64(),
            SurplusOutbox = from.ReadInt64(),
        };
        var counts = JsonSerializer.Deserialize<List<Counted>>(from.ReadString(), Json.Options)!;
        tally._differences.Restore(JsonSerializer.Deserialize<List<Difference>>(from.ReadString(), Json.Options)!,
            counts.Select(c => ((c.Stage, c.Kind), c.Count)));
        return tally;
    }

    private long Of(Stage stage, DifferenceKind kind) => _differences.Count(stage, kind);

    private sealed record Counted(Stage Stage, DifferenceKind Kind, long Count);
}
