using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Brokers of the cluster.</summary>
public sealed class DescribeClusterRequest : IKafkaRequest<DescribeClusterResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeCluster, 0, 1, flexibleFrom: 0);

    public bool IncludeClusterAuthorizedOperations;
    public sbyte EndpointType = 1;
    public bool IncludeFencedBrokers;

    public void Visit(ProtocolCodec codec)
    {
        codec.Bool(ref IncludeClusterAuthorizedOperations);
        codec.Int8(ref EndpointType, from: 1);
        codec.Bool(ref IncludeFencedBrokers, from: 2);
    }
}
