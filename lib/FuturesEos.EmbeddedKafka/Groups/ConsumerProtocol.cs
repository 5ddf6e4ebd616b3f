using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>What consumers write into their subscriptions; the broker reads only the topics.</summary>
/// <example>Version 0, topic "t", no user data: <c>0000 00000001 0001 74 ffffffff</c>.</example>
internal static class ConsumerProtocol
{
    /// <summary>The protocol type of consumer groups.</summary>
    public const string Type = "consumer";

    /// <summary>All topics of some subscriptions; one that cannot be read has none.</summary>
    public static IEnumerable<string> Topics(IEnumerable<byte[]> subscriptions) => subscriptions.SelectMany(Topics);

    private static List<string> Topics(byte[] subscription)
    {
        const int VersionBytes = 2;
        const int CountBytes = 4;
        const int LengthBytes = 2;
        var topics = new List<string>();
        if (subscription.Length < VersionBytes + CountBytes)
            return topics;
        var rest = subscription.AsSpan(VersionBytes);
        var count = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[CountBytes..];
        for (; count > 0 && rest.Length >= LengthBytes; count--)
        {
            var length = BinaryPrimitives.ReadInt16BigEndian(rest);
            rest = rest[LengthBytes..];
            if (length < 0 || length > rest.Length)
                break;
            topics.Add(Encoding.UTF8.GetString(rest[..length]));
            rest = rest[length..];
        }

        return topics;
    }
}
