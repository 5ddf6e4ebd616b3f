using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>State of transactional ids.</summary>
public sealed class DescribeTransactionsRequest : IKafkaRequest<DescribeTransactionsResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeTransactions, 0, 0, flexibleFrom: 0);

    public string[] TransactionalIds = [];

    public void Visit(ProtocolCodec codec) => codec.Strings(ref TransactionalIds);
}
