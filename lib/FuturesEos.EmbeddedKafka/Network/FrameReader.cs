using System.Buffers.Binary;
using System.Numerics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// Cuts a connection's bytes into frames. A connection holds a small buffer; a large one is taken out of the budget
/// when the small one fills, never because a length says so, and given back with the frame.
/// </summary>
internal sealed class FrameReader(Wire wire, RequestBudget budget) : IDisposable
{
    private const int SmallBytes = 4096;

    // a record of type 22, version 3.x: what opens a TLS connection
    private const int TlsHandshake = 0x1603;

    private readonly byte[] _small = new byte[SmallBytes];
    private byte[]? _large;
    private int _share;
    private int _start;
    private int _end;
    private volatile bool _isWaiting;

    /// <summary>A longer frame is refused.</summary>
    public required int MaxFrameBytes { get; set; }

    /// <summary>Whether the beginning of a frame is here and its end is not.</summary>
    public bool IsInsideFrame => _end > _start;

    /// <summary>Whether it reads nothing until others need less memory.</summary>
    public bool IsWaiting => _isWaiting;

    private byte[] Buffer => _large ?? _small;

    /// <summary>
    /// The next frame without its length, valid until the next call; null when the peer closed between frames.
    /// </summary>
    /// <exception cref="ProtocolException">The length is impossible, or the peer closed inside a frame.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        ReturnLarge();
        while (true)
        {
            var needed = NeededBytes();
            if (_end - _start >= needed && needed > ProtocolLimits.LengthBytes)
            {
                var frame = Buffer.AsMemory(_start + ProtocolLimits.LengthBytes, needed - ProtocolLimits.LengthBytes);
                _start += needed;
                return frame;
            }

            if (_large is null && _end == SmallBytes)
                await MakeRoomAsync(needed, cancel);
            var read = await wire.ReceiveAsync(Free(needed), cancel);
            if (read == 0)
            {
                return IsInsideFrame
                    ? throw new ProtocolException(
                        $"The connection ended after {_end - _start} of {needed} bytes of a request.")
                    : null;
            }

            _end += read;
        }
    }

    public void Dispose()
    {
        _start = _end = 0;
        ReturnLarge();
    }

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

    // Beyond the frame only as much is read as the small buffer takes once the frame is done with.
    private Memory<byte> Free(int needed) =>
        Buffer.AsMemory(_end, Math.Min(Buffer.Length, _start + needed + SmallBytes) - _end);

    private async ValueTask MakeRoomAsync(int needed, CancellationToken cancel)
    {
        var held = _end - _start;
        var target = _small;
        if (held * 2 > SmallBytes && needed > SmallBytes)
        {
            // what the pool gives: the next power of two
            var share = (int)BitOperations.RoundUpToPowerOf2((uint)needed);
            _isWaiting = true;
            await budget.TakeAsync(share, cancel);
            _isWaiting = false;
            _share = share;
            target = _large = PooledBytes.Rent(share);
        }

        System.Buffer.BlockCopy(_small, _start, target, 0, held);
        _start = 0;
        _end = held;
    }

    private void ReturnLarge()
    {
        if (_large is null)
        {
            if (_start == _end)
                _start = _end = 0;
            return;
        }

        var held = _end - _start;
        System.Buffer.BlockCopy(_large, _start, _small, 0, held);
        _start = 0;
        _end = held;
        PooledBytes.Return(_large);
        _large = null;
        budget.Return(_share);
        _share = 0;
    }
}
