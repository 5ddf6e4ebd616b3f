using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Streams.Input;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// Whether Kafka has ended what this thread's transactions wrote. Asked before the next one begins, after all that
/// leaves it in doubt: a rewind, a lost connection.
/// </summary>
/// <remarks>
/// A transaction coordinator of Apache Kafka (seen in 4.3.1 and 4.4.0) takes a partition without a leader for a deleted
/// one and calls a transaction complete without its marker there: <c>KRaftMetadataCache.getPartitionLeaderEndpoint</c>
/// tells nothing of such a partition, and <c>TransactionMarkerChannelManager</c> skips it. So it is when the only
/// replica is started again. What was written stays open, and the next commit of the same producer would make it
/// visible although it was aborted (LostMarkerTests).
/// <para>Belongs to the stream thread.</para>
/// </remarks>
internal sealed class TransactionEnds(
    StreamsOptions options, string transactionalId, AdminQuestions admin, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // the open transaction, and the one before: its markers are written after its commit is answered
    private Written _current = new();
    private Written _previous = new();
    private Dictionary<TopicPartition, long>? _targets;
    private WaitNotice _waiting;
    private bool _isInDoubt;

    /// <summary>A transaction begins.</summary>
    public void Began()
    {
        (_previous, _current) = (_current, _previous);
        _current.Clear();
    }

    /// <summary>A record is sent to a partition that the client is yet to choose.</summary>
    public void Sends(string topic) => _current.Send(topic);

    /// <summary>A record goes to this partition.</summary>
    public void Wrote(string topic, int partition) => _current.Add(topic, partition);

    /// <summary>The transaction is over; without the reports of all its records, any partition may have one.</summary>
    public void Ended(bool isCommitted, bool allDelivered)
    {
        _current.IsCommitted = isCommitted;
        _current.AllDelivered = allDelivered;
    }

    /// <summary>
    /// From now on it is not known whether all is ended: nothing may be sent before <see cref="TryConfirm"/> is true.
    /// </summary>
    public void Doubt()
    {
        _isInDoubt = true;
        _targets = null;
    }

    /// <summary>
    /// Asks whether the last stable offset of each partition has reached what was its end. False: not yet, or no
    /// answer; the wait is logged, and what stands still is named.
    /// </summary>
    public bool TryConfirm()
    {
        if (!_isInDoubt)
            return true;
        string why;
        try
        {
            _targets ??= Ask(Partitions(), IsolationLevel.ReadUncommitted);
            var stable = Ask(_targets.Keys, IsolationLevel.ReadCommitted);
            var open = _targets.Where(target => stable[target.Key] < target.Value).ToList();
            if (open.Count == 0)
            {
                Forget();
                return true;
            }

            why = string.Join(", ", open.Select(target => $"{target.Key} is stable up to {stable[target.Key]} of "
                + $"{target.Value}, and was {(IsCommitted(target.Key) ? "committed" : "aborted")}"));
        }
        catch (KafkaException e)
        {
            why = e.Error.Reason;
        }

        if (_waiting.IsDue(time))
            log.WaitingForMarkers(transactionalId, options.BootstrapServers, why, _waiting.Elapsed(time).TotalSeconds);
        return false;
    }

    private void Forget()
    {
        _isInDoubt = false;
        _targets = null;
        _waiting = default;
        _current.Clear();
        _previous.Clear();
    }

    // of the last transaction that wrote there; one whose end was not answered is aborted by the next initialisation,
    // or was committed before
    private bool IsCommitted(TopicPartition partition) =>
        (_current.Has(partition) ? _current : _previous).IsCommitted;

    private HashSet<TopicPartition> Partitions()
    {
        var all = new HashSet<TopicPartition>();
        foreach (var written in (Written[])[_previous, _current])
        {
            all.UnionWith(written.Partitions);
            if (written.AllDelivered)
                continue;
            foreach (var topic in written.Topics)
            {
                var told = admin.Ask(client => client.GetMetadata(topic, Limit)).Topics.Single(t => t.Topic == topic);
                all.UnionWith(told.Partitions.Select(p => new TopicPartition(topic, p.PartitionId)));
            }
        }

        return all;
    }

    private Dictionary<TopicPartition, long> Ask(
        IReadOnlyCollection<TopicPartition> partitions, IsolationLevel isolation) =>
        partitions.Count == 0 ? [] : admin.Ask(client =>
            ListedOffsets.Ask(client, partitions, OffsetSpec.Latest(), isolation, Limit));

    /// <summary>What one transaction wrote. Told of each record: so the last topic is not looked up again.</summary>
    private sealed class Written
    {
        private readonly Dictionary<string, HashSet<int>> _byTopic = [];
        private readonly HashSet<string> _sentTo = [];
        private string? _lastSentTo;
        private string? _lastTopic;
        private HashSet<int> _last = [];

        public bool AllDelivered { get; set; } = true;

        public bool IsCommitted { get; set; }

        public IEnumerable<string> Topics => _sentTo;

        public IEnumerable<TopicPartition> Partitions =>
            _byTopic.SelectMany(topic => topic.Value.Select(partition => new TopicPartition(topic.Key, partition)));

        public void Send(string topic)
        {
            if (ReferenceEquals(topic, _lastSentTo))
                return;
            _lastSentTo = topic;
            _sentTo.Add(topic);
        }

        public void Add(string topic, int partition)
        {
            if (!ReferenceEquals(topic, _lastTopic))
            {
                _lastTopic = topic;
                if (!_byTopic.TryGetValue(topic, out _last!))
                    _byTopic.Add(topic, _last = []);
            }

            _last.Add(partition);
        }

        public bool Has(TopicPartition partition) =>
            _byTopic.TryGetValue(partition.Topic, out var partitions) && partitions.Contains(partition.Partition.Value);

        public void Clear()
        {
            _byTopic.Clear();
            _sentTo.Clear();
            _lastSentTo = _lastTopic = null;
            AllDelivered = true;
            IsCommitted = false;
        }
    }
}
