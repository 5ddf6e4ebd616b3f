using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The leader hands in the assignment, everybody else asks for theirs.</summary>
public sealed class SyncGroupRequest : IKafkaRequest<SyncGroupResponse>
{
    public static Api Api { get; } = new(ApiKey.SyncGroup, 0, 5, flexibleFrom: 4);

    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string? ProtocolType;
    public string? ProtocolName;
    public SyncGroupRequestAssignment[] Assignments = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.Int32(ref GenerationId);
        codec.String(ref MemberId);
        codec.NullableString(ref GroupInstanceId, from: 3);
        codec.NullableString(ref ProtocolType, from: 5);
        codec.NullableString(ref ProtocolName, from: 5);
        codec.Array(ref Assignments);
    }

    public sealed class SyncGroupRequestAssignment : IProtocolStruct
    {
        public string MemberId = "";
        public ReadOnlyMemory<byte> Assignment;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref MemberId);
            codec.Bytes(ref Assignment);
        }
    }
}
