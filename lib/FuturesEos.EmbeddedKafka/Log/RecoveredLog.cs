namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>A log as its folder gives it back.</summary>
internal sealed record RecoveredLog(
    List<Segment> Segments, ProducerStates Producers, long LogStart, long SnapshotOffset);
