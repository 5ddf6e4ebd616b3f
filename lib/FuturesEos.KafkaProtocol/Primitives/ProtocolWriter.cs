using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>
/// Writes a message as one frame. Small fields go into a pooled buffer; large record batches are kept by reference and
/// sent from where they lie, so they must live until the frame is sent. Dispose returns the buffer.
/// </summary>
public sealed class ProtocolWriter : ProtocolCodec, IDisposable
{
    private const int FirstBufferBytes = 256;
    private const int CopyBelowBytes = 4096;

    private readonly List<(int At, ReadOnlyMemory<byte> Bytes)> _references = [];
    private byte[] _buffer = PooledBytes.Rent(FirstBufferBytes);
    private int _length;
    private long _referencedBytes;

    public ProtocolWriter(short version, bool isFlexible)
        : base(version, isFlexible)
    {
    }

    /// <summary>Bytes written, with those kept by reference.</summary>
    public long Length => _length + _referencedBytes;

    protected override bool IsFilling => false;

    public void Dispose()
    {
        PooledBytes.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Leaves room for the frame's length, which <see cref="FinishFrame"/> fills.</summary>
    public void StartFrame() => Take(ProtocolLimits.LengthBytes);

    /// <summary>Fills the length and gives the frame in pieces, in the order to send them.</summary>
    public List<ArraySegment<byte>> FinishFrame()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer, checked((int)(Length - ProtocolLimits.LengthBytes)));
        return Pieces();
    }

    /// <summary>What was written, in pieces.</summary>
    public List<ArraySegment<byte>> Pieces()
    {
        var pieces = new List<ArraySegment<byte>>((_references.Count * 2) + 1);
        var from = 0;
        foreach (var (at, bytes) in _references)
        {
            if (at > from)
                pieces.Add(new ArraySegment<byte>(_buffer, from, at - from));
            pieces.Add(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
                ? segment
                : new ArraySegment<byte>(bytes.ToArray()));
            from = at;
        }

        if (_length > from)
            pieces.Add(new ArraySegment<byte>(_buffer, from, _length - from));
        return pieces;
    }

    /// <summary>What was written, copied together.</summary>
    public byte[] ToArray()
    {
        var whole = new byte[Length];
        var at = 0;
        foreach (var piece in Pieces())
        {
            piece.AsSpan().CopyTo(whole.AsSpan(at));
            at += piece.Count;
        }

        return whole;
    }

    /// <summary>A string with a two-byte length in every version, as the request header has it.</summary>
    public void WriteLegacyString(string? value)
    {
        if (value is null)
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteInt16BigEndian(Take(2), checked((short)length));
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void WriteUnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Take(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Take(1)[0] = (byte)value;
    }

    protected override void OnBool(ref bool value, string name) => Take(1)[0] = value ? (byte)1 : (byte)0;

    protected override void OnInt8(ref sbyte value, string name) => Take(1)[0] = (byte)value;

    protected override void OnInt16(ref short value, string name) =>
        BinaryPrimitives.WriteInt16BigEndian(Take(2), value);

    protected override void OnInt32(ref int value, string name) =>
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    protected override void OnInt64(ref long value, string name) =>
        BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    protected override void OnUuid(ref Guid value, string name) =>
        value.TryWriteBytes(Take(16), bigEndian: true, out _);

    protected override void OnString(ref string? value, bool nullable, string name)
    {
        if (value is null && nullable)
        {
            if (IsFlexible)
                WriteUnsignedVarint(0);
            else
                BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
            return;
        }

        var text = value ?? "";
        if (!IsFlexible)
        {
            WriteLegacyString(text);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteUnsignedVarint((uint)length + 1);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name)
    {
        WriteLength(value.Length);
        value.Span.CopyTo(Take(value.Length));
    }

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name)
    {
        if (value.Length < CopyBelowBytes)
        {
            OnBytes(ref value, name);
            return;
        }

        WriteLength(value.Length);
        _references.Add((_length, value));
        _referencedBytes += value.Length;
    }

    protected override int OnArray(int count, bool nullable, string elementType, string name)
    {
        var written = count < 0 && !nullable ? 0 : count;
        WriteLength(written);
        return written;
    }

    protected override void OnTags(ITaggedFields? value)
    {
        var start = _length;
        uint count = 0;
        for (var tag = 0; value is not null && tag < value.TagCount; tag++)
        {
            if (value.HasTag(tag) && WriteTag(value, tag))
                count++;
        }

        InsertUnsignedVarint(start, count);
    }

    private bool WriteTag(ITaggedFields value, int tag)
    {
        var start = _length;
        value.VisitTag(this, tag);
        if (_length == start)
            return false; // the field is of a later version
        InsertUnsignedVarint(start, (uint)(_length - start));
        InsertUnsignedVarint(start, (uint)tag);
        return true;
    }

    // Counts and sizes of tagged fields are known only after them; the fields are few and small, so they are moved.
    private void InsertUnsignedVarint(int at, uint value)
    {
        var before = _length;
        WriteUnsignedVarint(value);
        var size = _length - before;
        Span<byte> number = stackalloc byte[5];
        _buffer.AsSpan(before, size).CopyTo(number);
        _buffer.AsSpan(at, before - at).CopyTo(_buffer.AsSpan(at + size));
        number[..size].CopyTo(_buffer.AsSpan(at));
    }

    private void WriteLength(int length)
    {
        if (IsFlexible)
            WriteUnsignedVarint((uint)(length + 1));
        else
            BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _length < length)
            Grow(length);
        var span = _buffer.AsSpan(_length, length);
        _length += length;
        return span;
    }

    private void Grow(int length)
    {
        var larger = PooledBytes.Rent(Math.Max(_buffer.Length * 2, checked(_length + length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        PooledBytes.Return(_buffer);
        _buffer = larger;
    }
}
