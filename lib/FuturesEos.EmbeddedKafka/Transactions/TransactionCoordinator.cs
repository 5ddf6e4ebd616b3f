using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Owner of every transactional id: hands out producer ids, fences older epochs, remembers each transaction's partitions and
/// ends it by markers. Errors are the newest request version's; a handler maps them down with <see cref="ForVersion"/>.
/// </summary>
internal sealed class TransactionCoordinator : IAsyncDisposable
{
    /// <summary>The internal topic the states are stored in.</summary>
    public const string TopicName = "__transaction_state";

    /// <summary>Loads the states from <paramref name="folder"/> and takes up what a crash interrupted.</summary>
    /// <exception cref="IOException">The folder cannot be used, or what lies in it is damaged.</exception>
    public static ValueTask<TransactionCoordinator> StartAsync(
        string folder, TransactionOptions options, ITransactionHost host, LogEnvironment environment) => throw new NotImplementedException();

    /// <summary>PRODUCER_FENCED is unknown to older request versions, which have INVALID_PRODUCER_EPOCH (KIP-588).</summary>
    /// <param name="error">The true error.</param>
    /// <param name="version">The request's version.</param>
    /// <param name="fencedSince">4 for InitProducerId; 2 for AddPartitionsToTxn, AddOffsetsToTxn and EndTxn.</param>
    public static KafkaError ForVersion(KafkaError error, short version, short fencedSince) =>
        error == KafkaError.ProducerFenced && version < fencedSince ? KafkaError.InvalidProducerEpoch : error;

    /// <summary>
    /// A producer id and epoch: fresh ones without a transactional id, else the id's with older epochs fenced. What the
    /// producer had (KIP-360, version 3) or -1, -1 is given along.
    /// </summary>
    public ValueTask<InitProducerIdResult> InitProducerIdAsync(
        string? transactionalId, int timeoutMs, long producerId, short producerEpoch, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>
    /// AddPartitionsToTxn (versions 0 to 3), and AddOffsetsToTxn with the group's partition of __consumer_offsets. The
    /// partitions exist: the handler has looked.
    /// </summary>
    public ValueTask<KafkaError> AddPartitionsAsync(
        string transactionalId, long producerId, short producerEpoch, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>EndTxn of protocol 1: answered once the decision is stored; markers follow.</summary>
    public ValueTask<KafkaError> EndAsync(
        string transactionalId, long producerId, short producerEpoch, bool isCommit, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>
    /// What a Produce that a log refused with INVALID_TXN_STATE should be told: INVALID_PRODUCER_EPOCH for one that was fenced,
    /// INVALID_PRODUCER_ID_MAPPING for a foreign id, else INVALID_TXN_STATE.
    /// </summary>
    public KafkaError Explain(string? transactionalId, long producerId, short producerEpoch) => throw new NotImplementedException();

    public IReadOnlyList<TransactionDescription> List() => throw new NotImplementedException();

    /// <summary>Null for an id that is not known (TRANSACTIONAL_ID_NOT_FOUND).</summary>
    public TransactionDescription? Describe(string transactionalId) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
