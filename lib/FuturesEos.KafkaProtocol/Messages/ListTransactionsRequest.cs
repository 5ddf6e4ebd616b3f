using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Transactional ids, perhaps by state, producer or age.</summary>
public sealed class ListTransactionsRequest : IKafkaRequest<ListTransactionsResponse>
{
    public static Api Api { get; } = new(ApiKey.ListTransactions, 0, 1, flexibleFrom: 0);

    public string[] StateFilters = [];
    public long[] ProducerIdFilters = [];
    public long DurationFilter = -1;
    public string? TransactionalIdPattern;

    public void Visit(ProtocolCodec codec)
    {
        codec.Strings(ref StateFilters);
        codec.Int64s(ref ProducerIdFilters);
        codec.Int64(ref DurationFilter, from: 1);
        codec.NullableString(ref TransactionalIdPattern, from: 2);
    }
}
