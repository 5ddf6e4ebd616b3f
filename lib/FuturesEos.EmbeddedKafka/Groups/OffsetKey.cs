using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// Key of a position's record, in Kafka's form (OffsetCommitKey 1), so that Kafka's tools read the topic.
/// </summary>
/// <example>Group "g", topic "t", partition 0: <c>0001 0001 67 0001 74 00000000</c>.</example>
internal sealed class OffsetKey : IProtocolStruct
{
    public const short CurrentVersion = 1;

    public string Group = "";
    public string Topic = "";
    public int Partition;

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref Group);
        codec.String(ref Topic);
        codec.Int32(ref Partition);
    }
}
