using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Fetching;

/// <summary>What a fetch is to read, and the session that it belongs to.</summary>
/// <param name="Partitions">In the order of the answer; none with an error.</param>
/// <param name="Session">Null outside of any.</param>
/// <param name="IsFull">The answer tells of all partitions, whether there is news of them or not.</param>
/// <param name="Error">Why nothing is read.</param>
internal sealed record FetchPlan(
    IReadOnlyList<FetchPartition> Partitions, FetchSession? Session, bool IsFull, KafkaError Error)
{
    public static FetchPlan Refused(KafkaError error) => new([], null, IsFull: true, error);
}
