using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>What a handler knows of a request besides the request.</summary>
internal sealed class RequestContext
{
    public required RequestHeader Header { get; init; }

    /// <summary>Address of the client, as group descriptions show it.</summary>
    public required string ClientHost { get; init; }

    /// <summary>The connection is closing: nobody will read the answer.</summary>
    public required CancellationToken Closing { get; init; }

    public short Version => Header.Version;

    public string ClientId => Header.ClientId ?? "";
}
