namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>What a peer may ask us to believe.</summary>
public static class ProtocolLimits
{
    /// <summary>Bytes of the length in front of every frame.</summary>
    public const int LengthBytes = 4;

    /// <summary>Elements of one array. The largest honest one is a metadata answer of a big cluster.</summary>
    public const int MaxArrayElements = 1_000_000;

    /// <summary>Tagged fields of one structure.</summary>
    public const int MaxTags = 128;
}
