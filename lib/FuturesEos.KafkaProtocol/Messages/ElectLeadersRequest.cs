using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Has leaders elected; null for all partitions.</summary>
public sealed class ElectLeadersRequest : IKafkaRequest<ElectLeadersResponse>
{
    public static Api Api { get; } = new(ApiKey.ElectLeaders, 0, 2, flexibleFrom: 2);

    public sbyte ElectionType;
    public TopicRequest[]? TopicPartitions;
    public int TimeoutMs = 60_000;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int8(ref ElectionType, from: 1);
        codec.NullableArray(ref TopicPartitions);
        codec.Int32(ref TimeoutMs);
    }

    public sealed class TopicRequest : IProtocolStruct
    {
        public string Topic = "";
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Int32s(ref Partitions);
        }
    }
}
