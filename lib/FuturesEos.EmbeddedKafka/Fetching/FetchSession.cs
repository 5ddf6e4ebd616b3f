using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Fetching;

/// <summary>
/// What one consumer reads (KIP-227), so that its fetches name only what changes and their answers only what is news.
/// Requests count on by one; a partition that gave records goes to the end, so that each has its turn.
/// </summary>
internal sealed class FetchSession(int id, bool isById)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, Guid Id, int Partition), LinkedListNode<FetchPartition>> _byKey = [];
    private readonly LinkedList<FetchPartition> _inTurn = new();
    private int _epoch = 1;

    public int Id => id;

    /// <summary>When it was used last.</summary>
    public TimeSpan UsedAt { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Count;
        }
    }

    /// <summary>Takes over what the first, full request asks for.</summary>
    public void Begin(IEnumerable<FetchPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
                Set(partition);
        }
    }

    /// <summary>
    /// Takes over what an incremental request changes and gives all there is to read then; null and the error for a
    /// request that does not follow the one before.
    /// </summary>
    public (IReadOnlyList<FetchPartition>? Partitions, KafkaError Error) Continue(
        FetchRequest request, bool isAskedById, TopicRegistry topics)
    {
        lock (_gate)
        {
            if (request.SessionEpoch != _epoch)
                return (null, KafkaError.InvalidFetchSessionEpoch);
            if (isAskedById != isById)
                return (null, KafkaError.FetchSessionTopicIdError);
            _epoch = _epoch == int.MaxValue ? 1 : _epoch + 1;
            foreach (var topic in request.Topics)
            {
                foreach (var asked in topic.Partitions)
                    Set(new FetchPartition(topic, asked, isById, topics));
            }

            foreach (var topic in request.ForgottenTopicsData)
            {
                foreach (var partition in topic.Partitions)
                    Forget((isById ? "" : topic.Topic, topic.TopicId, partition));
            }

            return ([.. _inTurn], KafkaError.None);
        }
    }

    /// <summary>
    /// Which of the answers are told; a full answer tells all. What is told is noted.
    /// </summary>
    public List<(FetchPartition Partition, FetchResponse.PartitionData Found)> Choose(
        List<(FetchPartition Partition, FetchResponse.PartitionData Found)> answers, bool isFull)
    {
        lock (_gate)
        {
            var told = isFull ? answers : answers.FindAll(a => a.Partition.IsNews(a.Found));
            foreach (var (partition, found) in told)
            {
                partition.Note(found);
                if (!isFull && found.Records.Length > 0 && _byKey.TryGetValue(partition.Key, out var place))
                {
                    _inTurn.Remove(place);
                    _inTurn.AddLast(place);
                }
            }

            return told;
        }
    }

    private void Set(FetchPartition partition)
    {
        if (_byKey.TryGetValue(partition.Key, out var known))
            known.Value.Asked = partition.Asked;
        else
            _byKey[partition.Key] = _inTurn.AddLast(partition);
    }

    private void Forget((string Name, Guid Id, int Partition) key)
    {
        if (_byKey.Remove(key, out var place))
            _inTurn.Remove(place);
    }
}
