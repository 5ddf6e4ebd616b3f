using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Batches as they lie in the log, with the aborted transactions among them.</summary>
public sealed class FetchResponse : ITaggedFields
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public int SessionId;
    public FetchableTopicResponse[] Responses = [];
    public NodeEndpoint[] NodeEndpoints = [];

    public int TagCount => 1;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode, from: 7);
        codec.Int32(ref SessionId, from: 7);
        codec.Array(ref Responses);
    }

    public bool HasTag(int tag) => NodeEndpoints.Length > 0;

    public void VisitTag(ProtocolCodec codec, int tag) => codec.Array(ref NodeEndpoints, from: 16);

    public sealed class FetchableTopicResponse : IProtocolStruct
    {
        public string Topic = "";
        public Guid TopicId;
        public PartitionData[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic, to: 12);
            codec.Uuid(ref TopicId, from: 13);
            codec.Array(ref Partitions);
        }
    }

    public sealed class PartitionData : ITaggedFields
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;
        public long HighWatermark;
        public long LastStableOffset = -1;
        public long LogStartOffset = -1;
        public EpochEndOffset? DivergingEpoch;
        public LeaderIdAndEpoch? CurrentLeader;
        public SnapshotId? SnapshotId;
        public AbortedTransaction[]? AbortedTransactions;
        public int PreferredReadReplica = -1;
        public ReadOnlyMemory<byte> Records;

        public int TagCount => 3;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
            codec.Int64(ref HighWatermark);
            codec.Int64(ref LastStableOffset);
            codec.Int64(ref LogStartOffset, from: 5);
            codec.NullableArray(ref AbortedTransactions);
            codec.Int32(ref PreferredReadReplica, from: 11);
            codec.Records(ref Records);
        }

        public bool HasTag(int tag) => tag switch
        {
            0 => DivergingEpoch is not null,
            1 => CurrentLeader is not null,
            _ => SnapshotId is not null,
        };

        public void VisitTag(ProtocolCodec codec, int tag)
        {
            switch (tag)
            {
                case 0:
                    codec.Struct(ref DivergingEpoch, from: 12);
                    break;
                case 1:
                    codec.Struct(ref CurrentLeader, from: 12);
                    break;
                default:
                    codec.Struct(ref SnapshotId, from: 12);
                    break;
            }
        }
    }

    public sealed class EpochEndOffset : IProtocolStruct
    {
        public int Epoch = -1;
        public long EndOffset = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref Epoch, from: 12);
            codec.Int64(ref EndOffset, from: 12);
        }
    }

    public sealed class LeaderIdAndEpoch : IProtocolStruct
    {
        public int LeaderId = -1;
        public int LeaderEpoch = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref LeaderId, from: 12);
            codec.Int32(ref LeaderEpoch, from: 12);
        }
    }

    public sealed class SnapshotId : IProtocolStruct
    {
        public long EndOffset = -1;
        public int Epoch = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int64(ref EndOffset);
            codec.Int32(ref Epoch);
        }
    }

    public sealed class AbortedTransaction : IProtocolStruct
    {
        public long ProducerId;
        public long FirstOffset;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int64(ref ProducerId);
            codec.Int64(ref FirstOffset);
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
            codec.Int32(ref NodeId, from: 16);
            codec.String(ref Host, from: 16);
            codec.Int32(ref Port, from: 16);
            codec.NullableString(ref Rack, from: 16);
        }
    }
}
