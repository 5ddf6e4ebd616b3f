using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>One of the last batches of a producer: enough to know it again and to answer as the first time.</summary>
internal readonly record struct ProducedBatch(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    public long BaseOffset => LastOffset - OffsetDelta;

    /// <summary>The batch's first sequence; counts back from 0 to 2147483647.</summary>
    public int FirstSequence => RecordBatch.SequenceAfter(LastSequence, -OffsetDelta);
}
