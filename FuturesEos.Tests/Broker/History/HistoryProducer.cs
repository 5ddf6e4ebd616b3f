using Confluent.Kafka;
using FuturesEos.Streams.Transactions;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.History;

/// <summary>A transactional producer that notes what it sends; the next of its name replaces one that fails.</summary>
internal sealed class HistoryProducer(string servers, string id, HistoryLog log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OffsetSender _offsets = new();
    private IProducer<string, byte[]>? _producer;
    private List<Sent> _sent = [];
    private int _count;

    /// <summary>Waits until the broker has ended what one of its name left open.</summary>
    public void Open()
    {
        var deadline = Deadline.In(2 * Patience);
        while (_producer is null)
        {
            _producer = Clients.Transactional(servers, id);
            try
            {
                _producer.InitTransactions(Patience);
            }
            catch (KafkaException) when (!deadline.IsOver)
            {
                Dispose();
            }
        }
    }

    /// <summary>One transaction; false when it failed, or nobody knows.</summary>
    public async Task<bool> TransactAsync(bool isCommit, Func<Task> work)
    {
        Open();
        _sent = [];
        var (outcome, decided) = (Outcome.Aborted, long.MaxValue);
        try
        {
            _producer!.BeginTransaction();
            await work();
            if (isCommit)
            {
                (outcome, decided) = (Outcome.Unknown, HistoryLog.Now);
                _producer.CommitTransaction(Patience);
                outcome = Outcome.Committed;
            }
            else
            {
                _producer.AbortTransaction(Patience);
            }

            return true;
        }
        catch (KafkaException)
        {
            Dispose();
            return false;
        }
        finally
        {
            log.Add(new Transaction($"{id}.{_count++}", outcome, _sent, decided));
        }
    }

    /// <summary>Sends a new value within the transaction, made of another one or of none.</summary>
    public async Task SendAsync(TopicPartition to, int? cause = null)
    {
        var value = log.NextValue();
        var result = await _producer!.ProduceAsync(to, new() { Key = "k", Value = BitConverter.GetBytes(value) });
        _sent.Add(new Sent(to.ToString(), value, result.Offset.Value, cause));
    }

    /// <summary>
    /// Makes a group's positions part of the transaction; where that call does not come back, the producer is left to it.
    /// </summary>
    public void Send(IReadOnlyCollection<TopicPartitionOffset> positions, IConsumerGroupMetadata member)
    {
        if (_offsets.TrySend(_producer!, positions, member, Patience)) return;
        _producer = null;
        throw new KafkaException(ErrorCode.Local_TimedOut);
    }

    public void Dispose()
    {
        _producer?.Dispose();
        _producer = null;
    }
}
