using FuturesEos.EmbeddedKafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker.History;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// One process with a transactional id, by either protocol, as a right client behaves: it asks the same again until it
/// knows; by protocol 1 it takes a new epoch after a transaction of which something may still be under way. The
/// requests are in the other part, TransactionalClient.Requests.cs.
/// </summary>
internal sealed partial class TransactionalClient(SimulationRun run, int number, int life, bool isSecondProtocol)
    : ProducingClient(run, $"p{number}.{life}{(isSecondProtocol ? "b" : "a")}")
{
    private readonly Dictionary<TopicPartition, int> _sequences = [];
    private readonly HashSet<TopicPartition> _added = [];
    private readonly int _timeoutMs = run.Random.Next(4, 20) * 1000;
    private long _producer = -1;
    private short _epoch = -1;
    private bool _hasAddedOffsets;
    private bool _isBegun;

    private enum Step
    {
        Done,

        /// <summary>The transaction must be aborted.</summary>
        Abort,

        /// <summary>The producer is of no more use.</summary>
        Fenced,
    }

    /// <summary>Of the transactional id.</summary>
    public int Number => number;

    /// <summary>Transactions to do at least one of, when everything is well again.</summary>
    public bool IsLast { get; init; }

    private string TransactionalId => $"id-{number}";

    protected override async Task LiveAsync()
    {
        do
        {
            if (_producer < 0 || (HasStrays && !isSecondProtocol))
            {
                if (!await InitAsync()) return;
                _sequences.Clear();
            }

            if (!await TransactAsync(Run.Witness.Begin(Name))) return;
            if (Run.HasExpiry && !IsLast && Random.Next(20) == 0) await PauseAsync(120_000);
        }
        while (!Run.IsHealing && !IsLast);
    }

    /// <summary>One transaction; false when the producer is fenced.</summary>
    private async Task<bool> TransactAsync(Work work)
    {
        (_isBegun, _hasAddedOffsets, HasStrays) = (false, false, false);
        _added.Clear();
        var isCommit = IsLast || Random.Next(4) > 0;
        var step = Step.Done;
        for (var actions = Random.Next(1, 6); actions > 0 && step == Step.Done; actions--)
        {
            step = Random.Next(10) < 7 || IsLast ? await ProduceAsync(work) : await SendOffsetsAsync(work);
            if (step == Step.Done) await PauseAsync(Random.Next(40) == 0 && !IsLast ? 30_000 : 200);
        }

        if (step == Step.Fenced) return false;
        isCommit &= step == Step.Done;
        if (!_isBegun || await EndAsync(work, isCommit)) return true;
        if (IsLast) Run.Fail($"{Name}: the last transaction was not taken");
        return false;
    }

    /// <summary>Asks for the end until it is known; false when the producer is fenced.</summary>
    private async Task<bool> EndAsync(Work work, bool isCommit)
    {
        var isCertain = true;
        if (isCommit) work.Outcome = Outcome.Unknown;
        while (true)
        {
            var strays = HasStrays;
            HasStrays = false;
            var answer = await EndOnceAsync(work, isCommit);
            isCertain &= !HasStrays;
            HasStrays |= strays;
            switch (answer?.ErrorCode)
            {
                case null:
                case KafkaError.ConcurrentTransactions or KafkaError.CoordinatorNotAvailable:
                    await PauseAsync(100);
                    continue;
                case KafkaError.None:
                    work.Outcome = isCommit ? Outcome.Committed : Outcome.Aborted;
                    GoOn(answer);
                    return true;
                case KafkaError.ProducerFenced or KafkaError.InvalidProducerEpoch or KafkaError.InvalidProducerIdMapping
                    or KafkaError.InvalidTxnState:
                    if (isCertain) work.Outcome = Outcome.Aborted;
                    return false;
                default:
                    Run.Fail($"{Name}: an end is answered {answer.ErrorCode}");
                    return false;
            }
        }
    }

    private void GoOn(EndTxnResponse answer)
    {
        if (!isSecondProtocol) return;
        (_producer, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
        _sequences.Clear();
    }
}
