using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>A signal that nothing has come of yet, as far as is known.</summary>
internal sealed class FollowedSignal(Timeframe timeframe, CommittedRecord record)
{
    /// <summary>The record, for the comparison with its dead letter.</summary>
    public CommittedRecord Record { get; } = record;

    /// <summary>Of its topic.</summary>
    public Timeframe Timeframe { get; } = timeframe;

    /// <summary>The signal, where its bytes are one.</summary>
    public Signal Signal { get; private set; }

    /// <summary>Its identity.</summary>
    public Guid Id { get; private set; }

    /// <summary>Why its bytes are no signal; none: they are one.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Whether an earlier one has the same identity.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Whether a dead letter names it.</summary>
    public bool HasDeadLetter { get; set; }

    /// <summary>One that was read before: of its record, the place is left.</summary>
    public static FollowedSignal Of(in SpilledSignal read) => new(
        read.Signal.Timeframe,
        new CommittedRecord(Topics.Signals(read.Signal.Timeframe), read.Partition, read.Offset, read.RecordTimestampMs,
            null, null, []))
    {
        Signal = read.Signal, Id = read.Id, HasDeadLetter = read.HasDeadLetter,
    };

    /// <summary>Reads the record.</summary>
    public static FollowedSignal Of(Timeframe timeframe, CommittedRecord record)
    {
        var followed = new FollowedSignal(timeframe, record);
        if (SignalReader.TryRead(
            record.Key, record.Value, timeframe, record.TimestampMs, out var signal, out var refusal))
            (followed.Signal, followed.Id) = (signal with { Id = null }, SignalId.Of(signal));
        else followed.Refusal = refusal;
        return followed;
    }
}
