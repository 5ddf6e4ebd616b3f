using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>TLS over the socket, by the platform.</summary>
internal sealed class TlsWire(Socket socket, SslServerAuthenticationOptions options) : Wire
{
    private const int SendBytes = 64 << 10;

    private readonly SslStream _stream = new(new NetworkStream(socket, ownsSocket: true));

    public override Task OpenAsync(CancellationToken cancel) => _stream.AuthenticateAsServerAsync(options, cancel);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel) =>
        _stream.ReadAsync(buffer, cancel);

    // An answer is many small pieces and some large ones: each alone would be a TLS record, and a packet, of its own.
    public override async Task SendAsync(List<ArraySegment<byte>> pieces)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SendBytes);
        try
        {
            var filled = 0;
            foreach (var piece in pieces)
            {
                for (var rest = piece.AsMemory(); rest.Length > 0;)
                {
                    var taken = Math.Min(rest.Length, SendBytes - filled);
                    rest[..taken].CopyTo(buffer.AsMemory(filled));
                    rest = rest[taken..];
                    filled += taken;
                    if (filled < SendBytes)
                        continue;
                    await _stream.WriteAsync(buffer.AsMemory(0, filled));
                    filled = 0;
                }
            }

            if (filled > 0)
                await _stream.WriteAsync(buffer.AsMemory(0, filled));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override Task EndAsync() => _stream.ShutdownAsync();

    public override void Dispose() => _stream.Dispose();
}
