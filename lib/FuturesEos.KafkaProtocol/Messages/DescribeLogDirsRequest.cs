using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Sizes of partitions; null asks for all.</summary>
public sealed class DescribeLogDirsRequest : IKafkaRequest<DescribeLogDirsResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeLogDirs, 1, 5, flexibleFrom: 2);

    public DescribableLogDirTopic[]? Topics;

    public void Visit(ProtocolCodec codec) => codec.NullableArray(ref Topics);

    public sealed class DescribableLogDirTopic : IProtocolStruct
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
