using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>What a request leads to: an answer at once, or a value to store first.</summary>
internal readonly record struct TransactionDecision(KafkaError Error, TransactionMetadata? Next = null)
{
    public static readonly TransactionDecision Done = new(KafkaError.None);

    public static implicit operator TransactionDecision(KafkaError error) => new(error);

    /// <summary>Store <paramref name="next"/>, then answer <paramref name="error"/>.</summary>
    public static TransactionDecision Store(TransactionMetadata next, KafkaError error = KafkaError.None) =>
        new(error, next);
}
