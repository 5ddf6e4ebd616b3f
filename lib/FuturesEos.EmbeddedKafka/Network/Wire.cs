namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>A connection's bytes as the client means them. One read and one write at a time.</summary>
internal abstract class Wire : IDisposable
{
    /// <summary>Comes before anything else.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">No handshake.</exception>
    public abstract Task OpenAsync(CancellationToken cancel);

    /// <summary>Some bytes; none when the peer has closed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel);

    public abstract Task SendAsync(List<ArraySegment<byte>> pieces);

    /// <summary>Tells the peer that nothing follows, as far as there is a way to.</summary>
    public abstract Task EndAsync();

    public abstract void Dispose();
}
