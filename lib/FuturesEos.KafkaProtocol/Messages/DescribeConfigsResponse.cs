using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Values with their source.</summary>
public sealed class DescribeConfigsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public Result[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results);
    }

    public sealed class Result : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public sbyte ResourceType;
        public string ResourceName = "";
        public ResourceResult[] Configs = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Array(ref Configs);
        }
    }

    public sealed class ResourceResult : IProtocolStruct
    {
        public string Name = "";
        public string? Value;
        public bool ReadOnly;
        public sbyte ConfigSource = -1;
        public bool IsSensitive;
        public Synonym[] Synonyms = [];
        public sbyte ConfigType;
        public string? Documentation;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
            codec.Bool(ref ReadOnly);
            codec.Int8(ref ConfigSource);
            codec.Bool(ref IsSensitive);
            codec.Array(ref Synonyms);
            codec.Int8(ref ConfigType, from: 3);
            codec.NullableString(ref Documentation, from: 3);
        }
    }

    public sealed class Synonym : IProtocolStruct
    {
        public string Name = "";
        public string? Value;
        public sbyte Source;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
            codec.Int8(ref Source);
        }
    }
}
