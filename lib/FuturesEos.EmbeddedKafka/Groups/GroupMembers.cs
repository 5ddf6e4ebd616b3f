using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Who is in a group, who leads it, and what all of them can speak.</summary>
internal sealed class GroupMembers
{
    private readonly Dictionary<string, GroupMember> _byId = [];
    private readonly Dictionary<string, string> _idOfInstance = [];

    public int Count => _byId.Count;

    public IEnumerable<GroupMember> All => _byId.Values;

    /// <summary>What members and those who were promised an id hold of <see cref="GroupMemory"/>.</summary>
    public long Bytes => (Promised.Count * (long)GroupMemory.Member) + _byId.Values.Sum(member => member.Bytes);

    public string? LeaderId { get; private set; }

    /// <summary>Ids handed out to joiners who have not used them yet, with the time they lapse (KIP-394).</summary>
    public Dictionary<string, TimeSpan> Promised { get; } = [];

    public bool HaveAllJoined => Promised.Count == 0 && _byId.Values.All(member => member.Join is not null);

    public TimeSpan LongestRebalanceTimeout =>
        _byId.Count == 0 ? TimeSpan.Zero : _byId.Values.Max(member => member.RebalanceTimeout);

    public GroupMember? Find(string id) => _byId.GetValueOrDefault(id);

    public GroupMember? FindInstance(string instanceId) =>
        _idOfInstance.TryGetValue(instanceId, out var id) ? _byId[id] : null;

    public bool IsLeader(GroupMember member) => member.Id == LeaderId;

    public void Add(GroupMember member)
    {
        _byId.Add(member.Id, member);
        if (member.InstanceId is not null)
            _idOfInstance[member.InstanceId] = member.Id;
        LeaderId ??= member.Id;
    }

    public void Remove(GroupMember member)
    {
        _byId.Remove(member.Id);
        if (member.InstanceId is not null && _idOfInstance.GetValueOrDefault(member.InstanceId) == member.Id)
            _idOfInstance.Remove(member.InstanceId);
        if (LeaderId == member.Id)
            LeaderId = (_byId.Values.FirstOrDefault(m => m.Join is not null) ?? _byId.Values.FirstOrDefault())?.Id;
    }

    /// <summary>The same place under a new id: the process behind a static member was restarted.</summary>
    public void Rename(GroupMember member, string newId)
    {
        _byId.Remove(member.Id);
        if (LeaderId == member.Id)
            LeaderId = newId;
        member.Id = newId;
        _byId.Add(newId, member);
        _idOfInstance[member.InstanceId!] = newId;
    }

    /// <summary>Makes a joined member the leader if the present one has not joined. False if nobody has.</summary>
    public bool EnsureJoinedLeader()
    {
        if (LeaderId is not null && _byId[LeaderId].Join is not null)
            return true;
        var joined = _byId.Values.FirstOrDefault(member => member.Join is not null);
        if (joined is null)
            return false;
        LeaderId = joined.Id;
        return true;
    }

    /// <summary>
    /// Whether a joiner with these protocols could work with everybody who is there, its own former self included: a
    /// member that changes all its protocols leaves first, as in Kafka.
    /// </summary>
    public bool Supports((string Name, byte[] Metadata)[] protocols) =>
        protocols.Any(p => _byId.Values.All(member => member.Protocols.Any(theirs => theirs.Name == p.Name)));

    /// <summary>
    /// Of the protocols all have, the one that most members want first; of several the first in Kafka's table of votes,
    /// a <c>HashMap</c>.
    /// </summary>
    public string SelectProtocol()
    {
        var common = _byId.Values.Select(member => member.Protocols.Select(p => p.Name))
            .Aggregate((left, right) => left.Intersect(right)).ToHashSet();
        return _byId.Values.Select(member => member.Protocols.First(p => common.Contains(p.Name)).Name)
            .GroupBy(name => name)
            .OrderByDescending(votes => votes.Count()).ThenBy(votes => JavaHash.BucketOf(votes.Key))
            .First().Key;
    }

    /// <summary>Whether the ids in a request are those of one living member.</summary>
    public KafkaError Identify(string memberId, string? instanceId, out GroupMember? member)
    {
        member = null;
        if (instanceId is not null)
        {
            var held = FindInstance(instanceId);
            if (held is null)
                return KafkaError.UnknownMemberId;
            if (held.Id != memberId)
                return KafkaError.FencedInstanceId;
        }

        member = Find(memberId);
        return member is null ? KafkaError.UnknownMemberId : KafkaError.None;
    }
}
