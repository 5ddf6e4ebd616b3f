namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// A batch's place in its segment, and the largest record time (ms) of everything before it in the segment.
/// </summary>
internal readonly record struct IndexEntry(long BaseOffset, int Position, long MaxTimestampBefore);
