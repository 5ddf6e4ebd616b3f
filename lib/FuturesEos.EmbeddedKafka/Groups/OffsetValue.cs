using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Value of a position's record, in Kafka's form (OffsetCommitValue 3).</summary>
internal sealed class OffsetValue : IProtocolStruct
{
    public const short CurrentVersion = 3;

    public long Offset;
    public int LeaderEpoch = -1;
    public string Metadata = "";
    public long CommittedAt;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int64(ref Offset);
        codec.Int32(ref LeaderEpoch);
        codec.String(ref Metadata);
        codec.Int64(ref CommittedAt);
    }
}
