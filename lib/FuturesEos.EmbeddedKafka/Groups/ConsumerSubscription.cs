using System.Buffers.Binary;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>What a consumer writes into its subscription (ConsumerProtocolSubscription 0 to 3).</summary>
/// <example>Version 0, topic "t", no user data: <c>0000 00000001 0001 74 ffffffff</c>.</example>
internal sealed class ConsumerSubscription : IProtocolStruct
{
    /// <summary>The protocol type of consumer groups.</summary>
    public const string ProtocolType = "consumer";

    private const short NewestVersion = 3;
    private const int VersionBytes = 2;

    public string[] Topics = [];
    public ReadOnlyMemory<byte> UserData;
    public Owned[] OwnedPartitions = [];
    public int GenerationId = -1;
    public string? RackId;

    /// <summary>The subscription, or null where it is none. A version yet unknown is read as the newest.</summary>
    public static ConsumerSubscription? TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < VersionBytes)
            return null;
        var version = Math.Min(BinaryPrimitives.ReadInt16BigEndian(bytes.Span), NewestVersion);
        if (version < 0)
            return null;
        var subscription = new ConsumerSubscription();
        try
        {
            new ProtocolReader(bytes[VersionBytes..], version, isFlexible: false).Struct(subscription);
            return subscription;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    public void Visit(ProtocolCodec codec)
    {
        codec.Strings(ref Topics);
        codec.Records(ref UserData); // bytes that may be null
        codec.Array(ref OwnedPartitions, from: 1);
        codec.Int32(ref GenerationId, from: 2);
        codec.NullableString(ref RackId, from: 3);
    }

    public sealed class Owned : IProtocolStruct
    {
        public string Topic = "";
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Int32s(ref Partitions);
        }
    }
}
