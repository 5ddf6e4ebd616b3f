using System.Net.Sockets;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>The socket itself.</summary>
internal sealed class PlainWire(Socket socket) : Wire
{
    public override Task OpenAsync(CancellationToken cancel) => Task.CompletedTask;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancel);

    public override Task SendAsync(List<ArraySegment<byte>> pieces) => socket.SendAsync(pieces, SocketFlags.None);

    public override Task EndAsync() => Task.CompletedTask;

    public override void Dispose() => socket.Dispose();
}
