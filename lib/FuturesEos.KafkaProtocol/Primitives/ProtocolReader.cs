using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>
/// Reads a message from one frame. Byte fields and record batches are slices of the frame, which must outlive the
/// message. Any bytes give a message or a <see cref="ProtocolException"/>; no length is believed beyond what is there.
/// </summary>
/// <example>
/// A compact string "orders" (flexible versions): <c>07 6f 72 64 65 72 73</c>; before: <c>00 06 6f 72 64 65 72 73</c>.
/// A tagged section with tag 1 of two bytes: <c>01 01 02 xx xx</c>; an empty one: <c>00</c>.
/// </example>
public sealed class ProtocolReader(ReadOnlyMemory<byte> frame, short version, bool isFlexible)
    : ProtocolCodec(version, isFlexible)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private int _position;
    private int _end = frame.Length;

    /// <summary>Bytes not yet read.</summary>
    public int Remaining => _end - _position;

    protected override bool IsFilling => true;

    /// <summary>Fails unless the whole frame was understood: left-over bytes mean the two sides disagree.</summary>
    public void ExpectEnd()
    {
        if (Remaining != 0)
            throw new ProtocolException($"{Remaining} bytes are left after the last field.");
    }

    /// <summary>Skips the tagged fields of a header, of which none is known.</summary>
    public void SkipTags() => OnTags(null);

    /// <summary>Unsigned variable-length integer: seven bits a byte, the lowest first; 300 is <c>ac 02</c>.</summary>
    public uint ReadUnsignedVarint(string name)
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            uint part = Take(1, name)[0];
            if (shift == 28 && part > 0x0f)
                break;
            value |= (part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }

        throw new ProtocolException($"{name}: a variable-length number is longer than 32 bits.");
    }

    protected override void OnBool(ref bool value, string name) => value = Take(1, name)[0] != 0;

    protected override void OnInt8(ref sbyte value, string name) => value = (sbyte)Take(1, name)[0];

    protected override void OnInt16(ref short value, string name) =>
        value = BinaryPrimitives.ReadInt16BigEndian(Take(2, name));

    protected override void OnInt32(ref int value, string name) =>
        value = BinaryPrimitives.ReadInt32BigEndian(Take(4, name));

    protected override void OnInt64(ref long value, string name) =>
        value = BinaryPrimitives.ReadInt64BigEndian(Take(8, name));

    protected override void OnUuid(ref Guid value, string name) => value = new Guid(Take(16, name), bigEndian: true);

    protected override void OnString(ref string? value, bool nullable, string name)
    {
        var length = IsFlexible ? CompactLength(name) : BinaryPrimitives.ReadInt16BigEndian(Take(2, name));
        if (length < 0)
        {
            value = NullIf(nullable, name);
            return;
        }

        try
        {
            value = StrictUtf8.GetString(Take(length, name));
        }
        catch (DecoderFallbackException notUtf8)
        {
            throw new ProtocolException($"{name}: the text is not UTF-8.", notUtf8);
        }
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name)
    {
        var length = IsFlexible ? CompactLength(name) : BinaryPrimitives.ReadInt32BigEndian(Take(4, name));
        if (length < 0)
            throw new ProtocolException($"{name}: bytes are null and must not be.");
        value = Slice(length, name);
    }

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name)
    {
        var length = IsFlexible ? CompactLength(name) : BinaryPrimitives.ReadInt32BigEndian(Take(4, name));
        value = Slice(Math.Max(length, 0), name);
    }

    protected override int OnArray(int count, bool nullable, string elementType, string name)
    {
        var length = IsFlexible ? CompactLength(name) : BinaryPrimitives.ReadInt32BigEndian(Take(4, name));
        if (length < 0)
        {
            NullIf(nullable, name);
            return -1;
        }

        // every element takes at least one byte
        if (length > Remaining || length > ProtocolLimits.MaxArrayElements)
            throw new ProtocolException($"{name}: {length} elements are announced, {Remaining} bytes are left.");
        return length;
    }

    protected override void OnTags(ITaggedFields? value)
    {
        var count = ReadUnsignedVarint("tags");
        if (count > ProtocolLimits.MaxTags)
            throw new ProtocolException($"tags: {count} are announced, {ProtocolLimits.MaxTags} are allowed.");
        for (uint i = 0; i < count; i++)
        {
            var tag = ReadUnsignedVarint("tag");
            var size = ReadUnsignedVarint("tag size");
            if (size > (uint)Remaining)
                throw new ProtocolException($"tag {tag}: {size} bytes are announced, {Remaining} are left.");
            ReadTag(value, tag, (int)size);
        }
    }

    private void ReadTag(ITaggedFields? value, uint tag, int size)
    {
        var outer = _end;
        var start = _position;
        _end = start + size;
        if (value is not null && tag < value.TagCount)
            value.VisitTag(this, (int)tag);

        // a tag of a newer version is skipped whole
        if (_position == start)
            _position = _end;
        if (_position != _end)
            throw new ProtocolException($"tag {tag}: {Remaining} bytes are left after its field.");
        _end = outer;
    }

    private int CompactLength(string name)
    {
        var length = ReadUnsignedVarint(name);
        if (length > int.MaxValue)
            throw new ProtocolException($"{name}: a length of {length} is impossible.");
        return (int)length - 1;
    }

    private static string? NullIf(bool nullable, string name) =>
        nullable ? null : throw new ProtocolException($"{name}: is null and must not be.");

    private ReadOnlySpan<byte> Take(int length, string name) => Slice(length, name).Span;

    private ReadOnlyMemory<byte> Slice(int length, string name)
    {
        if (length < 0 || length > Remaining)
            throw new ProtocolException($"{name}: {length} bytes are needed, {Remaining} are left.");
        var slice = frame.Slice(_position, length);
        _position += length;
        return slice;
    }
}
