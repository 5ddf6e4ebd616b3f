using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// A formed generation as <c>__consumer_offsets</c> keeps it, in Kafka's form (GroupMetadataValue 3): members then
/// outlive the broker's restart, and nobody rebalances because of it.
/// </summary>
internal sealed class GroupValue : IProtocolStruct
{
    public const short KeyVersion = 2;
    public const short CurrentVersion = 3;

    public string ProtocolType = "";
    public int Generation;
    public string? Protocol;
    public string? Leader;
    public long CurrentStateTimestamp = -1;
    public Member[] Members = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref ProtocolType);
        codec.Int32(ref Generation);
        codec.NullableString(ref Protocol);
        codec.NullableString(ref Leader);
        codec.Int64(ref CurrentStateTimestamp, from: 2);
        codec.Array(ref Members);
    }

    /// <summary>Key of the record: the group's name after the version.</summary>
    public sealed class Key : IProtocolStruct
    {
        public string Group = "";

        public void Visit(ProtocolCodec codec) => codec.String(ref Group);
    }

    public sealed class Member : IProtocolStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public string ClientId = "";
        public string ClientHost = "";
        public int RebalanceTimeoutMs;
        public int SessionTimeoutMs;
        public ReadOnlyMemory<byte> Subscription;
        public ReadOnlyMemory<byte> Assignment;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref MemberId);
            codec.NullableString(ref GroupInstanceId, from: 3);
            codec.String(ref ClientId);
            codec.String(ref ClientHost);
            codec.Int32(ref RebalanceTimeoutMs, from: 1);
            codec.Int32(ref SessionTimeoutMs);
            codec.Bytes(ref Subscription);
            codec.Bytes(ref Assignment);
        }
    }
}
