using System.Buffers.Binary;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.KafkaProtocol;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>Requests without their length: of a kept input or made anew, some of them broken.</summary>
internal static class NastyRequest
{
    private const int HeaderFixedBytes = 8;

    private static readonly Type[] Types =
        [.. MessageCatalog.All.Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal))];

    public static byte[] Of(Random random, ValuesSeen seen)
    {
        if (random.Next(20) == 0)
        {
            var kept = Corpus.Requests[random.Next(Corpus.Requests.Count)].Bytes;
            return Mutation.Of([.. kept], random);
        }

        var made = New(random, seen);
        if (random.Next(10) > 0) return made;

        // most of the time API and version stay, so that what is broken is the request
        var isWhole = random.Next(8) == 0;
        return isWhole
            ? Mutation.Of(made, random)
            : [.. made[..HeaderFixedBytes], .. Mutation.Of(made[HeaderFixedBytes..], random)];
    }

    /// <summary>A right request whose values may be anything.</summary>
    public static byte[] New(Random random, ValuesSeen seen)
    {
        var type = Types[random.Next(Types.Length)];
        var api = MessageCatalog.ApiOf(type);
        var version = (short)random.Next(api.MinVersion, api.MaxVersion + 1);
        var message = MessageCatalog.New(type);
        new NastyFiller(random, seen, version, api.IsFlexible(version)).Struct(message);
        using var writer = new ProtocolWriter(version, api.IsFlexible(version));
        new RequestHeader(api.Key, version, random.Next(), random.Next(9) == 0 ? null : "fuzz").Write(writer);
        writer.Struct(message);
        return writer.ToArray();
    }

    /// <summary>
    /// Whether it may set a broker's own topic so that nobody can commit there any more. That is an administrator's right,
    /// with Apache Kafka too, and no attack.
    /// </summary>
    public static bool ChangesInternalTopic(ReadOnlySpan<byte> request) =>
        HeaderOf(request) is { Key: ApiKey.IncrementalAlterConfigs or ApiKey.AlterConfigs }
        && (request.IndexOf("__consumer_offsets"u8) >= 0 || request.IndexOf("__transaction_state"u8) >= 0);

    /// <summary>With the length before it: what is sent.</summary>
    public static byte[] Framed(byte[] request)
    {
        var frame = new byte[ProtocolLimits.LengthBytes + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, request.Length);
        request.CopyTo(frame, ProtocolLimits.LengthBytes);
        return frame;
    }

    /// <summary>API and version that a request says it is of; null when it is shorter than that.</summary>
    public static (ApiKey Key, short Version, int CorrelationId)? HeaderOf(ReadOnlySpan<byte> request) =>
        request.Length < HeaderFixedBytes
            ? null
            : ((ApiKey)BinaryPrimitives.ReadInt16BigEndian(request),
                BinaryPrimitives.ReadInt16BigEndian(request[2..]),
                BinaryPrimitives.ReadInt32BigEndian(request[4..]));
}
