using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>An answer, or none, and what must live until it is sent.</summary>
internal readonly struct Reply(ProtocolWriter? frame, RequestContext? context) : IDisposable
{
    public ProtocolWriter? Frame => frame;

    public void Dispose()
    {
        frame?.Dispose();
        context?.Dispose();
    }
}
