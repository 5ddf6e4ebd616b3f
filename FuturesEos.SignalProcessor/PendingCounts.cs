using System.Diagnostics.Metrics;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.SignalProcessor;

/// <summary>What the open transaction did, published when it is committed: an aborted one has done nothing.</summary>
internal sealed class PendingCounts
{
    private static readonly Meter Meter = new("FuturesEos.SignalProcessor");
    private static readonly Counter<long> DecisionsMade =
        Meter.CreateCounter<long>("eos.decisions", "{decision}", "Decisions committed, by action.");
    private static readonly Counter<long> DuplicatesDropped =
        Meter.CreateCounter<long>("eos.duplicates", "{signal}", "Signals dropped since their id was taken.");
    private static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("eos.dead_letters", "{record}", "Records sent to the dead letters, by reason.");

    private static readonly KeyValuePair<string, object?>[] ActionTags =
        [.. Enum.GetValues<DecisionAction>().Select(a => new KeyValuePair<string, object?>("action", a.Text()))];

    private static readonly KeyValuePair<string, object?>[] ReasonTags =
        [.. Enum.GetValues<RefusalReason>()
            .Select(r => new KeyValuePair<string, object?>("reason", new Refusal(r, "").Code))];

    public long Duplicates { get; set; }

    public long[] Decisions { get; } = new long[ActionTags.Length];

    public long[] DeadLetters { get; } = new long[ReasonTags.Length];

    public void Publish()
    {
        if (Duplicates > 0)
            DuplicatesDropped.Add(Duplicates);
        Add(DecisionsMade, Decisions, ActionTags);
        Add(Refused, DeadLetters, ReasonTags);
        Drop();
    }

    public void Drop()
    {
        Duplicates = 0;
        Array.Clear(Decisions);
        Array.Clear(DeadLetters);
    }

    private static void Add(Counter<long> counter, long[] counts, KeyValuePair<string, object?>[] tags)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                counter.Add(counts[i], tags[i]);
        }
    }
}
