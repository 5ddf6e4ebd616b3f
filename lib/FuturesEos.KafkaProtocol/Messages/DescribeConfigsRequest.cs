using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Settings of topics (type 2) or brokers (4).</summary>
public sealed class DescribeConfigsRequest : IKafkaRequest<DescribeConfigsResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeConfigs, 1, 4, flexibleFrom: 4);

    public Resource[] Resources = [];
    public bool IncludeSynonyms;
    public bool IncludeDocumentation;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Resources);
        codec.Bool(ref IncludeSynonyms);
        codec.Bool(ref IncludeDocumentation, from: 3);
    }

    public sealed class Resource : IProtocolStruct
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        public string[]? ConfigurationKeys;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.NullableStrings(ref ConfigurationKeys);
        }
    }
}
