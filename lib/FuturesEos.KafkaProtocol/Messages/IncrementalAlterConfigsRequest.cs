using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Sets (0), deletes (1), appends to (2), subtracts from (3) settings.</summary>
public sealed class IncrementalAlterConfigsRequest : IKafkaRequest<IncrementalAlterConfigsResponse>
{
    public static Api Api { get; } = new(ApiKey.IncrementalAlterConfigs, 0, 1, flexibleFrom: 1);

    public AlterConfigsResource[] Resources = [];
    public bool ValidateOnly;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Resources);
        codec.Bool(ref ValidateOnly);
    }

    public sealed class AlterConfigsResource : IProtocolStruct
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        public AlterableConfig[] Configs = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Array(ref Configs);
        }
    }

    public sealed class AlterableConfig : IProtocolStruct
    {
        public string Name = "";
        public sbyte ConfigOperation;
        public string? Value;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int8(ref ConfigOperation);
            codec.NullableString(ref Value);
        }
    }
}
