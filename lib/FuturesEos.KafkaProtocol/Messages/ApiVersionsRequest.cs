using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>What the broker speaks; the first request of every connection.</summary>
public sealed class ApiVersionsRequest : IKafkaRequest<ApiVersionsResponse>
{
    public static Api Api { get; } = new(ApiKey.ApiVersions, 0, 4, flexibleFrom: 3);

    public string ClientSoftwareName = "";
    public string ClientSoftwareVersion = "";

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref ClientSoftwareName, from: 3);
        codec.String(ref ClientSoftwareVersion, from: 3);
    }
}
