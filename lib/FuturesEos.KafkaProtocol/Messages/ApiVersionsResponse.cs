using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Ranges of versions, and features. Its header is version 0 for ever, so that every client can read it.
/// </summary>
public sealed class ApiVersionsResponse : ITaggedFields
{
    public KafkaError ErrorCode;
    public ApiVersion[] ApiKeys = [];
    public int ThrottleTimeMs;
    public SupportedFeatureKey[] SupportedFeatures = [];
    public long FinalizedFeaturesEpoch = -1;
    public FinalizedFeatureKey[] FinalizedFeatures = [];
    public bool ZkMigrationReady;

    public int TagCount => 4;

    public void Visit(ProtocolCodec codec)
    {
        codec.Error(ref ErrorCode);
        codec.Array(ref ApiKeys);
        codec.Int32(ref ThrottleTimeMs, from: 1);
    }

    public bool HasTag(int tag) => tag switch
    {
        0 => SupportedFeatures.Length > 0,
        1 => FinalizedFeaturesEpoch != -1,
        2 => FinalizedFeatures.Length > 0,
        _ => ZkMigrationReady,
    };

    public void VisitTag(ProtocolCodec codec, int tag)
    {
        switch (tag)
        {
            case 0:
                codec.Array(ref SupportedFeatures, from: 3);
                break;
            case 1:
                codec.Int64(ref FinalizedFeaturesEpoch, from: 3);
                break;
            case 2:
                codec.Array(ref FinalizedFeatures, from: 3);
                break;
            default:
                codec.Bool(ref ZkMigrationReady, from: 3);
                break;
        }
    }

    public sealed class ApiVersion : IProtocolStruct
    {
        public short ApiKey;
        public short MinVersion;
        public short MaxVersion;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int16(ref ApiKey);
            codec.Int16(ref MinVersion);
            codec.Int16(ref MaxVersion);
        }
    }

    public sealed class SupportedFeatureKey : IProtocolStruct
    {
        public string Name = "";
        public short MinVersion;
        public short MaxVersion;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, from: 3);
            codec.Int16(ref MinVersion, from: 3);
            codec.Int16(ref MaxVersion, from: 3);
        }
    }

    public sealed class FinalizedFeatureKey : IProtocolStruct
    {
        public string Name = "";
        public short MaxVersionLevel;
        public short MinVersionLevel;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, from: 3);
            codec.Int16(ref MaxVersionLevel, from: 3);
            codec.Int16(ref MinVersionLevel, from: 3);
        }
    }
}
