namespace FuturesEos.KafkaProtocol.Records;

/// <summary>Where unpacked bytes go: grows by doubling, and refuses to grow past its limit (a small batch may claim terabytes).</summary>
internal sealed class UnpackBuffer(int firstBytes, int maxBytes)
{
    private byte[] _bytes = new byte[Math.Clamp(firstBytes, 256, Math.Max(256, maxBytes))];
    private int _length;

    /// <summary>Room for at least one more byte (one past the limit, where a stream's end shows), or for <paramref name="atLeast"/>.</summary>
    /// <exception cref="InvalidRecordException">The limit is reached.</exception>
    public Span<byte> Room(int atLeast = 1)
    {
        if (atLeast < 0 || (long)_length + atLeast > maxBytes + 1L)
            throw TooMuch();
        if (_bytes.Length - _length < atLeast)
            Array.Resize(ref _bytes, (int)Math.Min(maxBytes + 1L, Math.Max((long)_bytes.Length * 2, (long)_length + atLeast)));
        return _bytes.AsSpan(_length);
    }

    public void Advance(int written)
    {
        _length += written;
        if (_length > maxBytes)
            throw TooMuch();
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    private InvalidRecordException TooMuch() =>
        new(KafkaError.MessageTooLarge, $"a compressed batch unpacks to more than {maxBytes} bytes");
}
