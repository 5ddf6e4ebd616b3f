using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Replaces all settings of resources: what is not named gets its default.</summary>
public sealed class AlterConfigsRequest : IKafkaRequest<AlterConfigsResponse>
{
    public static Api Api { get; } = new(ApiKey.AlterConfigs, 0, 2, flexibleFrom: 2);

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
        public string? Value;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
        }
    }
}
