using FuturesEos.Cli.Reading;

namespace FuturesEos.Cli.Verification.Spilling;

/// <summary>
/// Records, ids and optional bytes as a spill keeps them. Nobody else reads them, and no other version of this program.
/// </summary>
internal static class SpillCodec
{
    public static void Write(this BinaryWriter to, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        to.Write(bytes);
    }

    public static Guid ReadGuid(this BinaryReader from)
    {
        Span<byte> bytes = stackalloc byte[16];
        from.BaseStream.ReadExactly(bytes);
        return new Guid(bytes);
    }

    /// <summary>Length plus one, or zero for none, and the bytes.</summary>
    public static void WriteOptional(this BinaryWriter to, byte[]? bytes)
    {
        to.Write7BitEncodedInt(bytes is null ? 0 : bytes.Length + 1);
        if (bytes is not null) to.Write(bytes);
    }

    public static byte[]? ReadOptional(this BinaryReader from)
    {
        var length = from.Read7BitEncodedInt() - 1;
        return length < 0 ? null : from.ReadBytes(length);
    }

    public static void WriteOptional(this BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null) to.Write(text);
    }

    public static string? ReadOptionalText(this BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;

    public static void Write(BinaryWriter to, CommittedRecord record)
    {
        to.Write(record.Topic);
        to.Write7BitEncodedInt(record.Partition);
        to.Write7BitEncodedInt64(record.Offset);
        to.Write(record.TimestampMs);
        to.WriteOptional(record.Key);
        to.WriteOptional(record.Value);
        to.Write7BitEncodedInt(record.Headers.Count);
        foreach (var header in record.Headers)
        {
            to.Write(header.Name);
            to.WriteOptional(header.Value);
        }
    }

    public static CommittedRecord ReadRecord(BinaryReader from)
    {
        var (topic, partition, offset) = (from.ReadString(), from.Read7BitEncodedInt(), from.Read7BitEncodedInt64());
        var (timestamp, key, value) = (from.ReadInt64(), from.ReadOptional(), from.ReadOptional());
        var headers = new RecordHeader[from.Read7BitEncodedInt()];
        for (var i = 0; i < headers.Length; i++) headers[i] = new RecordHeader(from.ReadString(), from.ReadOptional());
        return new CommittedRecord(topic, partition, offset, timestamp, key, value, headers);
    }
}
