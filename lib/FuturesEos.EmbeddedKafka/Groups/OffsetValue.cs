using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Value of a position's record, in Kafka's form (OffsetCommitValue 3 and 4).</summary>
internal sealed class OffsetValue : ITaggedFields
{
    public const short CurrentVersion = 4;
    public const short FlexibleFrom = 4;

    public long Offset;
    public int LeaderEpoch = -1;
    public string Metadata = "";
    public long CommittedAt;

    /// <summary>Empty where none was stored, as before version 4.</summary>
    public Guid TopicId;

    public int TagCount => 1;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int64(ref Offset);
        codec.Int32(ref LeaderEpoch);
        codec.String(ref Metadata);
        codec.Int64(ref CommittedAt);
    }

    public bool HasTag(int tag) => TopicId != Guid.Empty;

    public void VisitTag(ProtocolCodec codec, int tag) => codec.Uuid(ref TopicId);
}
