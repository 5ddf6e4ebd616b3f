using System.Collections.Concurrent;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Owner of every transactional id: hands out producer ids, fences older epochs, remembers each transaction's
/// partitions and ends it by markers. Errors are the newest request version's;
/// a handler maps them down with <see cref="ForVersion"/>.
/// </summary>
internal sealed partial class TransactionCoordinator : IAsyncDisposable
{
    /// <summary>The internal topic the states are stored in.</summary>
    public const string TopicName = "__transaction_state";

    private static readonly TimeSpan EnterRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan EnterWait = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, TransactionState> _states = new(StringComparer.Ordinal);
    private readonly TransactionOptions _options;
    private readonly ITransactionHost _host;
    private readonly LogEnvironment _environment;
    private readonly ProducerIds _ids;
    private readonly TransactionJournal _journal;

    private TransactionCoordinator(
        TransactionOptions options,
        ITransactionHost host,
        LogEnvironment environment,
        ProducerIds ids,
        TransactionJournal journal)
    {
        _options = options;
        _host = host;
        _environment = environment;
        _ids = ids;
        _journal = journal;
    }

    /// <summary>Higher at each start; markers carry it.</summary>
    public int CoordinatorEpoch => _ids.CoordinatorEpoch;

    /// <summary>Where the states are stored.</summary>
    public PartitionLog Log => _journal.Log;

    /// <summary>
    /// Loads the states from <paramref name="folder"/> and takes up what a crash interrupted: prepared transactions get
    /// their markers (again), open ones their registrations. The host's partitions are open already.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be used, or what lies in it is damaged.</exception>
    public static ValueTask<TransactionCoordinator> StartAsync(
        string folder, TransactionOptions options, ITransactionHost host, LogEnvironment environment)
    {
        Directory.CreateDirectory(folder);
        var ids = ProducerIds.Open(folder);
        var coordinator = new TransactionCoordinator(
            options, host, environment, ids, TransactionJournal.Open(folder, environment));
        coordinator.Recover();
        return ValueTask.FromResult(coordinator);
    }

    /// <summary>
    /// PRODUCER_FENCED is unknown to older request versions, which have INVALID_PRODUCER_EPOCH (KIP-588).
    /// </summary>
    /// <param name="error">The true error.</param>
    /// <param name="version">The request's version.</param>
    /// <param name="fencedSince">4 for InitProducerId; 2 for AddPartitionsToTxn, AddOffsetsToTxn and EndTxn.</param>
    public static KafkaError ForVersion(KafkaError error, short version, short fencedSince) =>
        error == KafkaError.ProducerFenced && version < fencedSince ? KafkaError.InvalidProducerEpoch : error;

    /// <summary>
    /// A producer id and epoch: fresh ones without a transactional id, else the id's with older epochs fenced. What the
    /// producer had (KIP-360, version 3) or -1, -1 is given along.
    /// </summary>
    public async ValueTask<ProducerIdResult> InitProducerIdAsync(
        string? transactionalId, int timeoutMs, long producerId, short producerEpoch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if ((producerId == TransactionMetadata.NoProducerId) != (producerEpoch == TransactionMetadata.NoEpoch)
            || transactionalId is "")
        {
            return ProducerIdResult.Refused(KafkaError.InvalidRequest);
        }

        if (transactionalId is not null && (timeoutMs <= 0 || timeoutMs > _options.MaxTimeout.TotalMilliseconds))
            return ProducerIdResult.Refused(KafkaError.InvalidTransactionTimeout);
        try
        {
            return transactionalId is null
                ? new ProducerIdResult(KafkaError.None, _ids.Next(), 0)
                : await InitAsync(transactionalId, timeoutMs, producerId, producerEpoch);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TransactionNotStored(transactionalId ?? "", failure.Message);
            return ProducerIdResult.Refused(KafkaError.CoordinatorNotAvailable);
        }
    }

    /// <summary>
    /// AddPartitionsToTxn (versions 0 to 3), and AddOffsetsToTxn with the group's partition of __consumer_offsets. The
    /// partitions exist: the handler has looked.
    /// </summary>
    public ValueTask<KafkaError> AddPartitionsAsync(
        string transactionalId,
        long producerId,
        short producerEpoch,
        IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken cancellation) =>
        AddAsync(transactionalId, producerId, producerEpoch, partitions, TransactionProtocol.First, cancellation);

    /// <summary>
    /// Adds what a producer of protocol 2 writes to. The former transaction's markers are waited for a moment, as Kafka
    /// does (KAFKA-18654): after that CONCURRENT_TRANSACTIONS says so. A fenced producer is told
    /// INVALID_PRODUCER_EPOCH, as on every write.
    /// </summary>
    public async ValueTask<KafkaError> EnterAsync(
        string transactionalId,
        long producerId,
        short producerEpoch,
        IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; ; waited += EnterRetry)
        {
            var error = await AddAsync(
                transactionalId, producerId, producerEpoch, partitions, TransactionProtocol.Second, cancellation);
            if (error != KafkaError.ConcurrentTransactions || waited >= EnterWait)
                return error == KafkaError.ProducerFenced ? KafkaError.InvalidProducerEpoch : error;
            await Task.Delay(EnterRetry, _environment.Time, cancellation);
        }
    }

    private async ValueTask<KafkaError> AddAsync(
        string transactionalId,
        long producerId,
        short producerEpoch,
        IReadOnlyCollection<TopicPartition> partitions,
        TransactionProtocol protocol,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (transactionalId.Length == 0)
            return KafkaError.InvalidRequest;
        if (!_states.TryGetValue(transactionalId, out var state))
            return KafkaError.InvalidProducerIdMapping;
        TransactionDecision decision;
        lock (state.Gate)
        {
            decision = TransactionRules.Add(
                state.Current, state.IsPending, producerId, producerEpoch, partitions, protocol, _environment.Now);
            if (decision == TransactionDecision.Done)
                Register(producerId, producerEpoch, partitions);
            if (decision.Next is null)
                return decision.Error;
            state.Announce();
        }

        return await StoreAsync(state, decision.Next, () => Register(producerId, producerEpoch, partitions));
    }

    /// <summary>
    /// EndTxn of protocol 1: answered once the decision is stored; markers follow, or are there already.
    /// </summary>
    public async ValueTask<KafkaError> EndAsync(
        string transactionalId, long producerId, short producerEpoch, bool isCommit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (transactionalId.Length == 0)
            return KafkaError.InvalidRequest;
        if (!_states.TryGetValue(transactionalId, out var state))
            return KafkaError.InvalidProducerIdMapping;
        TransactionDecision decision;
        lock (state.Gate)
        {
            decision = TransactionRules.End(
                state.Current,
                state.IsPending,
                producerId,
                producerEpoch,
                isCommit,
                _options.IsEmptyAbortAccepted,
                _environment.Now);
            if (decision.Next is null)
                return decision.Error;
            state.Announce();
        }

        var error = await StoreAsync(state, decision.Next);
        if (error == KafkaError.None)
            BeginCompletion(state, decision.Next);
        return error;
    }

    /// <summary>
    /// EndTxn of protocol 2: answered with the id and epoch of the next transaction once the decision is stored. The
    /// same request again gets the same answer, also after a restart.
    /// </summary>
    public async ValueTask<ProducerIdResult> EndAndBumpAsync(
        string transactionalId, long producerId, short producerEpoch, bool isCommit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (transactionalId.Length == 0)
            return ProducerIdResult.Refused(KafkaError.InvalidRequest);
        if (!_states.TryGetValue(transactionalId, out var state))
            return ProducerIdResult.Refused(KafkaError.InvalidProducerIdMapping);
        try
        {
            return await EndAndBumpAsync(state, producerId, producerEpoch, isCommit);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TransactionNotStored(transactionalId, failure.Message);
            return ProducerIdResult.Refused(KafkaError.CoordinatorNotAvailable);
        }
    }

    /// <summary>Whether the id's open transaction, of this producer and epoch, has the partition.</summary>
    public bool HasRegistered(string transactionalId, long producerId, short producerEpoch, TopicPartition partition)
    {
        if (!_states.TryGetValue(transactionalId, out var state))
            return false;
        lock (state.Gate)
            return HasRegistered(state.Current, producerId, producerEpoch, partition);
    }

    /// <summary>
    /// Asked for a batch of a transaction that its log does not know of. NONE where the log is that of a topic made
    /// again since the partition was registered: it lets the producer in now. Else the reason against it.
    /// </summary>
    public KafkaError Verify(
        string transactionalId, long producerId, short producerEpoch, TopicPartition partition, bool isAbortableKnown)
    {
        if (_states.TryGetValue(transactionalId, out var state))
        {
            lock (state.Gate)
            {
                if (!state.IsPending && HasRegistered(state.Current, producerId, producerEpoch, partition))
                {
                    _host.Register(partition, producerId, producerEpoch);
                    return KafkaError.None;
                }
            }
        }

        return Explain(transactionalId, producerId, producerEpoch, isAbortableKnown);
    }

    /// <summary>
    /// Why a batch cannot belong to a transaction that its log does not know of, as Kafka's verification says it
    /// (KIP-890): CONCURRENT_TRANSACTIONS while the former one is being ended, INVALID_PRODUCER_EPOCH for a fenced
    /// producer, INVALID_PRODUCER_ID_MAPPING for a foreign id, else INVALID_TXN_STATE or, where the request's version
    /// has it, TRANSACTION_ABORTABLE.
    /// </summary>
    public KafkaError Explain(string transactionalId, long producerId, short producerEpoch, bool isAbortableKnown)
    {
        if (transactionalId.Length == 0)
            return KafkaError.InvalidRequest;
        if (!_states.TryGetValue(transactionalId, out var state))
            return KafkaError.InvalidProducerIdMapping;
        lock (state.Gate)
        {
            if (state.Current.ProducerId != producerId)
                return KafkaError.InvalidProducerIdMapping;
            if (state.Current.Epoch != producerEpoch)
                return KafkaError.InvalidProducerEpoch;
            if (state.IsPending || state.Current.IsPreparing)
                return KafkaError.ConcurrentTransactions;
            return isAbortableKnown ? KafkaError.TransactionAbortable : KafkaError.InvalidTxnState;
        }
    }

    public IReadOnlyList<TransactionDescription> List() =>
        [.. _states.Values.Select(Describe).Where(d => d.ProducerEpoch >= 0)];

    /// <summary>Null for an id that is not known (TRANSACTIONAL_ID_NOT_FOUND).</summary>
    public TransactionDescription? Describe(string transactionalId) =>
        _states.TryGetValue(transactionalId, out var state) ? Describe(state) : null;

    private async ValueTask<ProducerIdResult> EndAndBumpAsync(
        TransactionState state, long producerId, short producerEpoch, bool isCommit)
    {
        TransactionDecision decision;
        lock (state.Gate)
        {
            var current = state.Current;
            decision = TransactionRules.EndAndBump(
                current, state.IsPending, producerId, producerEpoch, isCommit, _ids.Next, _environment.Now);
            if (decision == TransactionDecision.Done)
                return new ProducerIdResult(KafkaError.None, current.ProducerId, current.Epoch);
            if (decision.Next is null)
                return ProducerIdResult.Refused(decision.Error);
            state.Announce();
        }

        var error = await StoreAsync(state, decision.Next);
        if (error != KafkaError.None)
            return ProducerIdResult.Refused(error);
        BeginCompletion(state, decision.Next);
        var end = TransactionRules.Complete(decision.Next, _environment.Now);
        return new ProducerIdResult(KafkaError.None, end.ProducerId, end.Epoch);
    }

    private static bool HasRegistered(
        TransactionMetadata now, long producerId, short producerEpoch, TopicPartition partition) =>
        now.Status == TransactionStatus.Ongoing && now.ProducerId == producerId && now.Epoch == producerEpoch
        && now.Partitions.Contains(partition);

    private static TransactionDescription Describe(TransactionState state)
    {
        lock (state.Gate)
        {
            var now = state.Current;
            return new(
                now.TransactionalId, now.Status, now.ProducerId, now.Epoch, now.TimeoutMs, now.StartedAt,
                [.. now.Partitions]);
        }
    }

    private async ValueTask<ProducerIdResult> InitAsync(
        string transactionalId, int timeoutMs, long producerId, short producerEpoch)
    {
        if (_states.Count >= _options.MaxIds && !_states.ContainsKey(transactionalId))
            throw new IOException($"{_options.MaxIds} transactional ids are in use, the most allowed");
        var state = _states.GetOrAdd(
            transactionalId, id => new TransactionState(new(id, _ids.Next()) { UpdatedAt = _environment.Now }));
        TransactionDecision decision;
        lock (state.Gate)
        {
            decision = TransactionRules.Init(
                state.Current, state.IsPending, timeoutMs, producerId, producerEpoch, _ids.Next, _environment.Now);
            if (decision.Next is null)
                return ProducerIdResult.Refused(decision.Error);
            state.Announce();
        }

        var error = await StoreAsync(state, decision.Next);
        if (error != KafkaError.None)
            return ProducerIdResult.Refused(error);
        if (decision.Next.IsPreparing)
            BeginCompletion(state, decision.Next);
        return decision.Error == KafkaError.None
            ? new ProducerIdResult(KafkaError.None, decision.Next.ProducerId, decision.Next.Epoch)
            : ProducerIdResult.Refused(decision.Error);
    }

    /// <summary>
    /// Stores an announced change and takes it over; <paramref name="onTakenOver"/> runs before anybody can see it. A
    /// change that cannot be stored did not happen, and the client is told to find its coordinator again, which all of
    /// them retry. A client that hangs up meanwhile changes nothing: what is announced is carried through.
    /// </summary>
    private async ValueTask<KafkaError> StoreAsync(
        TransactionState state, TransactionMetadata next, Action? onTakenOver = null)
    {
        KafkaError error;
        try
        {
            error = await _journal.StoreAsync(next);
        }
        catch
        {
            lock (state.Gate)
                state.GiveUp();
            throw;
        }

        lock (state.Gate)
        {
            if (error != KafkaError.None)
            {
                state.GiveUp();
                _environment.Logger.TransactionNotStored(next.TransactionalId, error.ToString());
                return KafkaError.CoordinatorNotAvailable;
            }

            onTakenOver?.Invoke();
            state.TakeOver(next);
        }

        return KafkaError.None;
    }

    private void Register(long producerId, short producerEpoch, IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _host.Register(partition, producerId, producerEpoch);
    }
}
