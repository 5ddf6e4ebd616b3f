using System.Buffers.Binary;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Writes the numbers of a small file one after the other, big-endian.</summary>
internal ref struct SpanWriter(Span<byte> to)
{
    private Span<byte> _rest = to;

    public void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_rest, value);
        _rest = _rest[sizeof(short)..];
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_rest, value);
        _rest = _rest[sizeof(int)..];
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_rest, value);
        _rest = _rest[sizeof(long)..];
    }
}
