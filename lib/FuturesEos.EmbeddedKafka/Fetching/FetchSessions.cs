using System.Security.Cryptography;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Fetching;

/// <summary>
/// Fetch sessions (KIP-227), at most as many as Kafka keeps by default. When there is no room for one more and none was
/// idle for long, the client is told so by session 0 and goes on without. They are gone after a restart, which clients
/// learn from FETCH_SESSION_ID_NOT_FOUND.
/// </summary>
internal sealed class FetchSessions(TopicRegistry topics, TimeProvider time, MemoryLimits memory)
{
    /// <summary><c>max.incremental.fetch.session.cache.slots</c>.</summary>
    private const int Most = 1000;
    private const short TopicIdsFrom = 13;
    private const int FirstEpoch = 0;
    private const int NoEpoch = -1;

    /// <summary><c>min.incremental.fetch.session.eviction.ms</c>.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>What a request is to read.</summary>
    public FetchPlan Plan(FetchRequest request, short version)
    {
        if (request.SessionEpoch is FirstEpoch or NoEpoch)
        {
            // a full request ends the session that it names
            Remove(request.SessionId);
            return Full(request, isSession: request.SessionEpoch == FirstEpoch, version);
        }

        FetchSession? session;
        lock (_gate)
        {
            if (!_sessions.TryGetValue(request.SessionId, out session))
                return FetchPlan.Refused(KafkaError.FetchSessionIdNotFound);
            session.UsedAt = Now;
        }

        var (partitions, error) = session.Continue(request, version >= TopicIdsFrom, topics);
        if (partitions is null)
            return FetchPlan.Refused(error);
        if (partitions.Count > 0 && (request.Topics.Length == 0 || !IsOverLimit(more: 0)))
            return new FetchPlan(partitions, session, IsFull: false, KafkaError.None);
        Remove(session.Id);
        return partitions.Count == 0
            ? new FetchPlan(partitions, null, IsFull: true, KafkaError.None)
            : FetchPlan.Refused(KafkaError.FetchSessionIdNotFound);
    }

    private FetchPlan Full(FetchRequest request, bool isSession, short version)
    {
        var partitions = new List<FetchPartition>();
        foreach (var topic in request.Topics)
        {
            foreach (var asked in topic.Partitions)
                partitions.Add(new FetchPartition(topic, asked, version >= TopicIdsFrom, topics));
        }

        return new FetchPlan(
            partitions, isSession ? TryBegin(partitions, version) : null, IsFull: true, KafkaError.None);
    }

    private FetchSession? TryBegin(List<FetchPartition> partitions, short version)
    {
        lock (_gate)
        {
            if (IsOverLimit(partitions.Count) || (_sessions.Count >= Most && !TryEvict()))
                return null;
            int id;
            do
                id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            while (_sessions.ContainsKey(id));
            var session = new FetchSession(id, version >= TopicIdsFrom) { UsedAt = Now };
            session.Begin(partitions);
            _sessions.Add(id, session);
            return session;
        }
    }

    private bool TryEvict()
    {
        var oldest = _sessions.Values.MinBy(session => session.UsedAt)!;
        return Now - oldest.UsedAt > KeptFor && _sessions.Remove(oldest.Id);
    }

    private bool IsOverLimit(int more)
    {
        lock (_gate)
            return _sessions.Values.Sum(session => session.Count) > memory.SessionPartitions - more;
    }

    private void Remove(int id)
    {
        lock (_gate)
            _sessions.Remove(id);
    }
}
