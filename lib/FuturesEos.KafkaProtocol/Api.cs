namespace FuturesEos.KafkaProtocol;

/// <summary>One API: its number, the versions offered and since when lengths are compact and fields tagged.</summary>
public sealed class Api(ApiKey key, short minVersion, short maxVersion, short flexibleFrom)
{
    /// <summary>For an API that has had no flexible version.</summary>
    public const short NeverFlexible = short.MaxValue;

    public ApiKey Key { get; } = key;

    /// <summary>Oldest version offered.</summary>
    public short MinVersion { get; } = minVersion;

    /// <summary>Newest version offered; the messages know later ones too.</summary>
    public short MaxVersion { get; } = maxVersion;

    public bool IsOffered(short version) => version >= MinVersion && version <= MaxVersion;

    public bool IsFlexible(short version) => version >= flexibleFrom;

    /// <summary>
    /// Whether the response header has tagged fields. Never for ApiVersions: the client reads that answer before it
    /// knows what the broker speaks (KIP-511).
    /// </summary>
    public bool HasFlexibleResponseHeader(short version) => Key != ApiKey.ApiVersions && IsFlexible(version);
}
