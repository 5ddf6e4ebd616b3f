using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Folders and what lies in them.</summary>
public sealed class DescribeLogDirsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public DescribeLogDirsResult[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode, from: 3);
        codec.Array(ref Results);
    }

    public sealed class DescribeLogDirsResult : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string LogDir = "";
        public DescribeLogDirsTopic[] Topics = [];
        public long TotalBytes = -1;
        public long UsableBytes = -1;
        public bool IsCordoned;

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.String(ref LogDir);
            codec.Array(ref Topics);
            codec.Int64(ref TotalBytes, from: 4);
            codec.Int64(ref UsableBytes, from: 4);
            codec.Bool(ref IsCordoned, from: 5);
        }
    }

    public sealed class DescribeLogDirsTopic : IProtocolStruct
    {
        public string Name = "";
        public DescribeLogDirsPartition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class DescribeLogDirsPartition : IProtocolStruct
    {
        public int PartitionIndex;
        public long PartitionSize;
        public long OffsetLag;
        public bool IsFutureKey;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref PartitionSize);
            codec.Int64(ref OffsetLag);
            codec.Bool(ref IsFutureKey);
        }
    }
}
