using System.Buffers;
using System.Buffers.Binary;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// Cuts a connection's bytes into frames. An idle connection holds a small buffer; a large one is taken from the pool as
/// bytes arrive, never because a length says so.
/// </summary>
internal sealed class FrameReader(Wire wire) : IDisposable
{
    private const int SmallBytes = 4096;

    // a record of type 22, version 3.x: what opens a TLS connection
    private const int TlsHandshake = 0x1603;
    private const int GrowthBytes = 64 << 10;

    private readonly byte[] _small = new byte[SmallBytes];
    private byte[]? _large;
    private int _start;
    private int _end;

    /// <summary>A longer frame is refused.</summary>
    public required int MaxFrameBytes { get; set; }

    /// <summary>Whether the beginning of a frame is here and its end is not.</summary>
    public bool IsInsideFrame => _end > _start;

    private byte[] Buffer => _large ?? _small;

    /// <summary>The next frame without its length, valid until the next call; null when the peer closed between frames.</summary>
    /// <exception cref="ProtocolException">The length is impossible, or the peer closed inside a frame.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        ShrinkIfIdle();
        while (true)
        {
            var needed = NeededBytes();
            if (_end - _start >= needed && needed > ProtocolLimits.LengthBytes)
            {
                var frame = Buffer.AsMemory(_start + ProtocolLimits.LengthBytes, needed - ProtocolLimits.LengthBytes);
                _start += needed;
                return frame;
            }

            MakeRoom(needed);
            var read = await wire.ReceiveAsync(Buffer.AsMemory(_end), cancel);
            if (read == 0)
            {
                return IsInsideFrame
                    ? throw new ProtocolException($"The connection ended after {_end - _start} of {needed} bytes of a request.")
                    : null;
            }

            _end += read;
        }
    }

    public void Dispose() => ReturnLarge();

    // The length itself while it is not complete.
    private int NeededBytes()
    {
        if (_end - _start < ProtocolLimits.LengthBytes)
            return ProtocolLimits.LengthBytes;
        var length = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_start));
        if (length >> 16 == TlsHandshake && length > MaxFrameBytes)
            throw new ProtocolException("it speaks TLS, and this listener does not");
        if (length <= 0 || length > MaxFrameBytes)
            throw new ProtocolException($"A request of {length} bytes is announced; 1 to {MaxFrameBytes} are allowed.");
        return length + ProtocolLimits.LengthBytes;
    }

    private void MakeRoom(int needed)
    {
        var held = _end - _start;
        if (_end < Buffer.Length && needed <= Buffer.Length - _start)
            return;
        var target = Buffer;
        if (needed > target.Length && held * 2 > target.Length)
            target = ArrayPool<byte>.Shared.Rent(Math.Min(needed, (held * 2) + GrowthBytes));
        System.Buffer.BlockCopy(Buffer, _start, target, 0, held);
        if (!ReferenceEquals(target, Buffer))
        {
            ReturnLarge();
            _large = target;
        }

        _start = 0;
        _end = held;
    }

    private void ShrinkIfIdle()
    {
        if (_start != _end)
            return;
        _start = _end = 0;
        if (_large is not null && wire.Available == 0)
            ReturnLarge();
    }

    private void ReturnLarge()
    {
        if (_large is null)
            return;
        ArrayPool<byte>.Shared.Return(_large);
        _large = null;
    }
}
