using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification;

/// <summary>A valid signal and where it lies.</summary>
internal sealed class SignalEntry(in Signal signal, Guid id, int index, long offset, long recordTimestampMs)
{
    /// <summary>The signal, without its sender's id: that is in its identity.</summary>
    public Signal Signal { get; } = signal;

    /// <summary>Its identity: other entries may have it too.</summary>
    public Guid Id { get; } = id;

    /// <summary>Place among its symbol's signals of its topic.</summary>
    public int Index { get; } = index;

    /// <summary>Offset in its partition.</summary>
    public long Offset { get; } = offset;

    /// <summary>The record's timestamp, by which a task takes it.</summary>
    public long RecordTimestampMs { get; } = recordTimestampMs;

    /// <summary>Whether an earlier one has the same identity.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether a dead letter names it.</summary>
    public bool HasDeadLetter { get; init; }

    /// <summary>The first decision of its identity; for repeated ones too.</summary>
    public ActualDecision? Decision { get; set; }
}
