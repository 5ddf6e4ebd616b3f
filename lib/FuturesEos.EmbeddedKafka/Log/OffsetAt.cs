using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>An answer to "which offset has this time": offset and time are -1 where there is none.</summary>
internal readonly record struct OffsetAt(KafkaError Error, long Offset, long Timestamp)
{
    public static readonly OffsetAt None = new(KafkaError.None, -1, -1);
}
