using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Adds partitions to topics.</summary>
public sealed class CreatePartitionsRequest : IKafkaRequest<CreatePartitionsResponse>
{
    public static Api Api { get; } = new(ApiKey.CreatePartitions, 0, 3, flexibleFrom: 2);

    public Topic[] Topics = [];
    public int TimeoutMs;
    public bool ValidateOnly;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Topics);
        codec.Int32(ref TimeoutMs);
        codec.Bool(ref ValidateOnly);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public int Count;
        public Assignment[]? Assignments;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32(ref Count);
            codec.NullableArray(ref Assignments);
        }
    }

    public sealed class Assignment : IProtocolStruct
    {
        public int[] BrokerIds = [];

        public void Visit(ProtocolCodec codec) => codec.Int32s(ref BrokerIds);
    }
}
