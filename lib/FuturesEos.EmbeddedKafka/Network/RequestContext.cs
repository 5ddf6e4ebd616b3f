using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>What a handler knows of a request besides the request.</summary>
internal sealed class RequestContext : IDisposable
{
    private List<IDisposable>? _held;

    public required RequestHeader Header { get; init; }

    public required Peer Peer { get; init; }

    /// <summary>The connection is closing: nobody will read the answer.</summary>
    public required CancellationToken Closing { get; init; }

    public short Version => Header.Version;

    /// <summary>Address of the client, as group descriptions show it.</summary>
    public string ClientHost => Peer.Host;

    public string ClientId => Header.ClientId ?? "";

    /// <summary>Keeps what the answer refers to until it is sent.</summary>
    public void Hold(IDisposable resource) => (_held ??= []).Add(resource);

    public void Dispose()
    {
        foreach (var resource in _held ?? [])
            resource.Dispose();
        _held = null;
    }
}
