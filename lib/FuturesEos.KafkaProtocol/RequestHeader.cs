using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.KafkaProtocol;

/// <summary>What opens every request.</summary>
/// <example>
/// ApiVersions v3, correlation id 1, client "rdkafka": <c>0012 0003 00000001 0007 72646b61666b61</c>, then, as
/// version 3 is flexible, the header's tagged fields: <c>00</c>.
/// </example>
public readonly record struct RequestHeader(ApiKey Key, short Version, int CorrelationId, string? ClientId)
{
    /// <summary>api key 2, version 2, correlation id 4, length of the client id 2.</summary>
    private const int FixedBytes = 10;

    /// <summary>Reads the part that is the same in all versions; tagged fields may follow.</summary>
    /// <exception cref="ProtocolException">The frame is shorter than its header.</exception>
    public static RequestHeader Read(ReadOnlySpan<byte> frame, out int length)
    {
        if (frame.Length < FixedBytes)
            throw new ProtocolException($"A request of {frame.Length} bytes is shorter than its header.");
        var clientIdBytes = BinaryPrimitives.ReadInt16BigEndian(frame[8..]);
        length = FixedBytes + Math.Max((short)0, clientIdBytes);
        if (length > frame.Length)
            throw new ProtocolException($"The client id of {clientIdBytes} bytes is longer than the request.");
        return new RequestHeader(
            (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame),
            BinaryPrimitives.ReadInt16BigEndian(frame[2..]),
            BinaryPrimitives.ReadInt32BigEndian(frame[4..]),
            clientIdBytes < 0 ? null : Encoding.UTF8.GetString(frame[FixedBytes..length]));
    }

    /// <summary>Writes the header, with an empty tagged section where the API's version is flexible.</summary>
    public void Write(Primitives.ProtocolWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var key = (short)Key;
        var version = Version;
        var correlationId = CorrelationId;
        writer.Int16(ref key);
        writer.Int16(ref version);
        writer.Int32(ref correlationId);
        writer.WriteLegacyString(ClientId);
        if (writer.IsFlexible)
            writer.WriteUnsignedVarint(0);
    }
}
