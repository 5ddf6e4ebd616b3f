using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// Where unpacked bytes go, in a shared buffer: grows by doubling, and refuses to grow past its limit (a small batch
/// may claim terabytes).
/// </summary>
internal sealed class UnpackBuffer(int firstBytes, int maxBytes) : IDisposable
{
    private byte[] _bytes = PooledBytes.Rent(Math.Clamp(firstBytes, 256, Math.Max(256, maxBytes)));
    private int _length;

    /// <summary>
    /// Room for at least one more byte (one past the limit, where a stream's end shows),
    /// or for <paramref name="atLeast"/>.
    /// </summary>
    /// <exception cref="InvalidRecordException">The limit is reached.</exception>
    public Span<byte> Room(int atLeast = 1)
    {
        if (atLeast < 0 || (long)_length + atLeast > maxBytes + 1L)
            throw TooMuch();
        if (_bytes.Length - _length < atLeast)
            Grow((int)Math.Min(maxBytes + 1L, Math.Max((long)_bytes.Length * 2, (long)_length + atLeast)));
        return _bytes.AsSpan(_length, (int)Math.Min(_bytes.Length - _length, maxBytes + 1L - _length));
    }

    public void Advance(int written)
    {
        _length += written;
        if (_length > maxBytes)
            throw TooMuch();
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Gives the buffer back; what was written is not to be looked at any more.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
            PooledBytes.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Grow(int size)
    {
        var larger = PooledBytes.Rent(size);
        Written.CopyTo(larger);
        PooledBytes.Return(_bytes);
        _bytes = larger;
    }

    private InvalidRecordException TooMuch() =>
        new(KafkaError.MessageTooLarge, $"a compressed batch unpacks to more than {maxBytes} bytes");
}
