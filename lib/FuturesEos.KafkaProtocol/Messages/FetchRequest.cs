using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Reads record batches; waits up to MaxWaitMs until MinBytes are there.</summary>
public sealed class FetchRequest : IKafkaRequest<FetchResponse>, ITaggedFields
{
    public static Api Api { get; } = new(ApiKey.Fetch, 4, 18, flexibleFrom: 12);

    public string? ClusterId;
    public int ReplicaId = -1;
    public FollowerState? ReplicaState;
    public int MaxWaitMs;
    public int MinBytes;
    public int MaxBytes = int.MaxValue;
    public sbyte IsolationLevel;
    public int SessionId;
    public int SessionEpoch = -1;
    public FetchTopic[] Topics = [];
    public ForgottenTopic[] ForgottenTopicsData = [];
    public string RackId = "";

    public int TagCount => 2;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ReplicaId, to: 14);
        codec.Int32(ref MaxWaitMs);
        codec.Int32(ref MinBytes);
        codec.Int32(ref MaxBytes);
        codec.Int8(ref IsolationLevel);
        codec.Int32(ref SessionId, from: 7);
        codec.Int32(ref SessionEpoch, from: 7);
        codec.Array(ref Topics);
        codec.Array(ref ForgottenTopicsData, from: 7);
        codec.String(ref RackId, from: 11);
    }

    public bool HasTag(int tag) => tag switch
    {
        0 => ClusterId is not null,
        _ => ReplicaState is not null,
    };

    public void VisitTag(ProtocolCodec codec, int tag)
    {
        switch (tag)
        {
            case 0:
                codec.NullableString(ref ClusterId, from: 12);
                break;
            default:
                codec.Struct(ref ReplicaState, from: 15);
                break;
        }
    }

    public sealed class FollowerState : IProtocolStruct
    {
        public int ReplicaId = -1;
        public long ReplicaEpoch = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref ReplicaId, from: 15);
            codec.Int64(ref ReplicaEpoch, from: 15);
        }
    }

    public sealed class FetchTopic : IProtocolStruct
    {
        public string Topic = "";
        public Guid TopicId;
        public FetchPartition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic, to: 12);
            codec.Uuid(ref TopicId, from: 13);
            codec.Array(ref Partitions);
        }
    }

    public sealed class FetchPartition : ITaggedFields
    {
        public int Partition;
        public int CurrentLeaderEpoch = -1;
        public long FetchOffset;
        public int LastFetchedEpoch = -1;
        public long LogStartOffset = -1;
        public int PartitionMaxBytes;
        public Guid ReplicaDirectoryId;
        public long HighWatermark = long.MaxValue;

        public int TagCount => 2;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref Partition);
            codec.Int32(ref CurrentLeaderEpoch, from: 9);
            codec.Int64(ref FetchOffset);
            codec.Int32(ref LastFetchedEpoch, from: 12);
            codec.Int64(ref LogStartOffset, from: 5);
            codec.Int32(ref PartitionMaxBytes);
        }

        public bool HasTag(int tag) => tag switch
        {
            0 => ReplicaDirectoryId != Guid.Empty,
            _ => HighWatermark != long.MaxValue,
        };

        public void VisitTag(ProtocolCodec codec, int tag)
        {
            switch (tag)
            {
                case 0:
                    codec.Uuid(ref ReplicaDirectoryId, from: 17);
                    break;
                default:
                    codec.Int64(ref HighWatermark, from: 18);
                    break;
            }
        }
    }

    public sealed class ForgottenTopic : IProtocolStruct
    {
        public string Topic = "";
        public Guid TopicId;
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic, from: 7, to: 12);
            codec.Uuid(ref TopicId, from: 13);
            codec.Int32s(ref Partitions, from: 7);
        }
    }
}
