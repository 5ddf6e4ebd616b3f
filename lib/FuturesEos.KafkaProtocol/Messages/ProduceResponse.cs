using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Where each partition's batches were put, or why not.</summary>
public sealed class ProduceResponse : ITaggedFields
{
    public TopicProduceResponse[] Responses = [];
    public int ThrottleTimeMs;
    public NodeEndpoint[] NodeEndpoints = [];

    public int TagCount => 1;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Responses);
        codec.Int32(ref ThrottleTimeMs, from: 1);
    }

    public bool HasTag(int tag) => NodeEndpoints.Length > 0;

    public void VisitTag(ProtocolCodec codec, int tag) => codec.Array(ref NodeEndpoints, from: 10);

    public sealed class TopicProduceResponse : IProtocolStruct
    {
        public string Name = "";
        public Guid TopicId;
        public PartitionProduceResponse[] PartitionResponses = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, to: 12);
            codec.Uuid(ref TopicId, from: 13);
            codec.Array(ref PartitionResponses);
        }
    }

    public sealed class PartitionProduceResponse : ITaggedFields
    {
        public int Index;
        public KafkaError ErrorCode;
        public long BaseOffset;
        public long LogAppendTimeMs = -1;
        public long LogStartOffset = -1;
        public BatchIndexAndErrorMessage[] RecordErrors = [];
        public string? ErrorMessage;
        public LeaderIdAndEpoch? CurrentLeader;

        public int TagCount => 1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref Index);
            codec.Error(ref ErrorCode);
            codec.Int64(ref BaseOffset);
            codec.Int64(ref LogAppendTimeMs, from: 2);
            codec.Int64(ref LogStartOffset, from: 5);
            codec.Array(ref RecordErrors, from: 8);
            codec.NullableString(ref ErrorMessage, from: 8);
        }

        public bool HasTag(int tag) => CurrentLeader is not null;

        public void VisitTag(ProtocolCodec codec, int tag) => codec.Struct(ref CurrentLeader, from: 10);
    }

    public sealed class BatchIndexAndErrorMessage : IProtocolStruct
    {
        public int BatchIndex;
        public string? BatchIndexErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref BatchIndex, from: 8);
            codec.NullableString(ref BatchIndexErrorMessage, from: 8);
        }
    }

    public sealed class LeaderIdAndEpoch : IProtocolStruct
    {
        public int LeaderId = -1;
        public int LeaderEpoch = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref LeaderId, from: 10);
            codec.Int32(ref LeaderEpoch, from: 10);
        }
    }

    public sealed class NodeEndpoint : IProtocolStruct
    {
        public int NodeId;
        public string Host = "";
        public int Port;
        public string? Rack;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref NodeId, from: 10);
            codec.String(ref Host, from: 10);
            codec.Int32(ref Port, from: 10);
            codec.NullableString(ref Rack, from: 10);
        }
    }
}
