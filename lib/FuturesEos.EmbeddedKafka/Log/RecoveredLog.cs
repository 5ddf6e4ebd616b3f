namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// A log as its folder gives it back: the newest snapshot tells of producers up to <paramref name="SnapshotOffset"/>,
/// and what comes before <paramref name="ForcedOffset"/> is known to be on the disk.
/// </summary>
internal sealed record RecoveredLog(
    List<Segment> Segments, ProducerStates Producers, long LogStart, long SnapshotOffset, long ForcedOffset);
