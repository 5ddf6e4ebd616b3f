namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// A transaction of this partition that ended in an abort: from its first record here to its marker, and the stable
/// offset when it had ended.
/// </summary>
internal readonly record struct AbortedTransaction(
    long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
