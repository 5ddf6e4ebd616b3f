using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>What became of an append.</summary>
internal readonly record struct AppendResult(KafkaError Error)
{
    /// <summary>Why it was refused, in words; null where the error says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>Offset of the first record; for a duplicate that of the first time. -1 when refused.</summary>
    public long BaseOffset { get; init; } = -1;

    /// <summary>Offset after the last record: what <see cref="PartitionLog.WhenDurableAsync"/> waits for.</summary>
    public long NextOffset { get; init; } = -1;

    /// <summary>The broker's time on the records, ms; -1 where they keep their own.</summary>
    public long LogAppendTime { get; init; } = -1;

    /// <summary>Largest time of a checked batch's records, ms.</summary>
    public long NewestTimestamp { get; init; } = -1;

    public long LogStartOffset { get; init; } = -1;

    /// <summary>The records were there already; nothing was written.</summary>
    public bool IsDuplicate { get; init; }

    public static AppendResult Refused(KafkaError error, string? reason = null) => new(error) { Reason = reason };
}
