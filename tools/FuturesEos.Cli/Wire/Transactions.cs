using System.Diagnostics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Wire;

/// <summary>Asks coordinators and partitions about transactions, and ends them (KIP-664).</summary>
internal sealed class Transactions(KafkaCluster cluster)
{
    private const int DescribedAtOnce = 100;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(30);

    /// <summary>Every transactional id that any coordinator knows.</summary>
    public async Task<List<TransactionView>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<TransactionView>();
        foreach (var broker in cluster.Brokers)
        {
            var listed = await cluster.AskAsync<ListTransactionsRequest, ListTransactionsResponse>(
                broker, new ListTransactionsRequest(), cancellationToken);
            foreach (var ids in listed.TransactionStates.Select(t => t.TransactionalId)
                .Order(StringComparer.Ordinal).Chunk(DescribedAtOnce))
                all.AddRange(await DescribeAsync(broker, ids, cancellationToken));
        }

        return all;
    }

    /// <summary>One of them; null when its coordinator does not know it.</summary>
    public async Task<TransactionView?> FindAsync(string transactionalId, CancellationToken cancellationToken) =>
        (await DescribeAsync(await cluster.CoordinatorAsync(transactionalId, cancellationToken),
            [transactionalId], cancellationToken)).FirstOrDefault();

    /// <summary>The transactional id of each producer id.</summary>
    public async Task<Dictionary<long, string>> OwnersAsync(CancellationToken cancellationToken)
    {
        var owners = new Dictionary<long, string>();
        foreach (var broker in cluster.Brokers)
        {
            var listed = await cluster.AskAsync<ListTransactionsRequest, ListTransactionsResponse>(
                broker, new ListTransactionsRequest(), cancellationToken);
            foreach (var entry in listed.TransactionStates) owners[entry.ProducerId] = entry.TransactionalId;
        }

        return owners;
    }

    /// <summary>
    /// Open in a partition, and not (or not any more) with a coordinator. Asked twice: between the first two questions
    /// a transaction may end.
    /// </summary>
    public async Task<List<HangingTransaction>> HangingAsync(CancellationToken cancellationToken)
    {
        var open = await OpenAsync(cancellationToken);
        var known = (await ListAsync(cancellationToken)).ToLookup(transaction => transaction.ProducerId);
        var suspects = open.Where(
            o => !known[o.ProducerId].Any(k => k.State is "Ongoing" or "PrepareCommit" or "PrepareAbort"
            && k.Partitions.Contains($"{o.Topic} {o.Partition}"))).ToList();
        if (suspects.Count == 0) return suspects;
        await Task.Delay(AskAgainAfter, cancellationToken);
        var still =
            (await OpenAsync(cancellationToken)).Select(o => (o.Name, o.ProducerId, o.ProducerEpoch)).ToHashSet();
        return [.. suspects.Where(s => still.Contains((s.Name, s.ProducerId, s.ProducerEpoch)))];
    }

    /// <summary>
    /// Aborts what is open under an id, and fences its owner: its producer's epoch is raised (as its next owner would).
    /// </summary>
    public async Task AbortAsync(TransactionView transaction, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await cluster.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
                transaction.Coordinator,
                new InitProducerIdRequest
                {
                    TransactionalId = transaction.TransactionalId,
                    TransactionTimeoutMs = Math.Max(1, transaction.TimeoutMs)
                },
                cancellationToken);
            if (answer.ErrorCode == KafkaError.None) return;
            if (answer.ErrorCode is not (KafkaError.ConcurrentTransactions or KafkaError.CoordinatorLoadInProgress)
                || Stopwatch.GetElapsedTime(start) > AbortPatience)
                throw new ExpectedFailure(
                    ExitCode.CheckFailed, $"{transaction.TransactionalId} was not aborted: {answer.ErrorCode}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Writes the marker that nobody else will write.</summary>
    public async Task EndAsync(HangingTransaction hanging, bool isCommitted, CancellationToken cancellationToken)
    {
        var answer = await cluster.AskLeaderAsync<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(
            hanging.Topic,
            hanging.Partition,
            new WriteTxnMarkersRequest
            {
                Markers =
                [
                    new()
                    {
                        ProducerId = hanging.ProducerId, ProducerEpoch = hanging.ProducerEpoch,
                        TransactionResult = isCommitted,
                        CoordinatorEpoch = Math.Max(0, hanging.CoordinatorEpoch),
                        Topics = [new() { Name = hanging.Topic, PartitionIndexes = [hanging.Partition] }],
                    },
                ],
            },
            cancellationToken);
        var error = answer.Markers[0].Topics[0].Partitions[0].ErrorCode;
        if (error != KafkaError.None)
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{hanging.Name} was not ended: {error}");
    }

    private async Task<List<HangingTransaction>> OpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<HangingTransaction>();
        foreach (var topic in cluster.Topics.Concat(cluster.Offsets))
        {
            foreach (var partition in topic.Partitions)
            {
                var answer = await cluster.AskLeaderAsync<DescribeProducersRequest, DescribeProducersResponse>(
                    topic.Name!,
                    partition.PartitionIndex,
                    new DescribeProducersRequest
                    {
                        Topics =
                        [new() { Name = topic.Name!, PartitionIndexes = [partition.PartitionIndex] }]
                    },
                    cancellationToken);
                // told nothing, "none hangs" would be no answer; but few may read Kafka's own topic
                if (!topic.IsInternal && answer.Topics.SelectMany(t => t.Partitions)
                    .Any(p => p.ErrorCode == KafkaError.TopicAuthorizationFailed))
                    throw new ExpectedFailure(
                        ExitCode.CheckFailed,
                        $"this user may not read the topic {topic.Name}, so nobody tells it what is open there; ask as "
                            + "one who may Read every topic and Describe every transactional id");
                open.AddRange(answer.Topics.SelectMany(t => t.Partitions)
                    .SelectMany(p => p.ActiveProducers).Where(p => p.CurrentTxnStartOffset >= 0)
                    .Select(p => new HangingTransaction(
                        topic.Name!, partition.PartitionIndex, p.CurrentTxnStartOffset,
                        p.ProducerId, (short)p.ProducerEpoch, p.CoordinatorEpoch, Time(p.LastTimestamp))));
            }
        }

        return open;
    }

    private async Task<List<TransactionView>> DescribeAsync(
        int broker, string[] ids, CancellationToken cancellationToken)
    {
        var described = await cluster.AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
            broker, new DescribeTransactionsRequest { TransactionalIds = ids }, cancellationToken);
        return
        [
            .. described.TransactionStates.Where(t => t.ErrorCode == KafkaError.None).Select(t => new TransactionView(
                t.TransactionalId, t.TransactionState,
                t.ProducerId, t.ProducerEpoch, t.TransactionTimeoutMs, Time(t.TransactionStartTimeMs), broker,
                [.. t.Topics.SelectMany(
                    topic => topic.Partitions.Order().Select(partition => $"{topic.Topic} {partition}"))])),
        ];
    }

    private static DateTime? Time(long ms) => ms > 0 ? DateTime.UnixEpoch.AddMilliseconds(ms) : null;
}
