using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Groups;

// Which positions may be stored, deleted and forgotten. The caller holds the lock.
internal sealed partial class Group
{
    // what the last generation reads; null where none has formed, or a subscription cannot be read
    private HashSet<string>? _subscribed;

    private bool IsOfConsumers => ProtocolType == ConsumerSubscription.ProtocolType;

    /// <summary>Whether positions from this sender may be stored.</summary>
    public KafkaError CheckCommit(string memberId, string? instanceId, int generation, bool isTransactional)
    {
        if (State == GroupState.Dead)
            return KafkaError.CoordinatorNotAvailable;
        if (generation < 0 && State == GroupState.Empty)
            return KafkaError.None;
        if (generation < 0 && memberId.Length == 0 && instanceId is null)
        {
            // a transactional commit without any identity is taken in every state, as Kafka takes it: KIP-447 does not
            // protect a producer that does not say who it is
            return isTransactional ? KafkaError.None : KafkaError.UnknownMemberId;
        }

        var error = _members.Identify(memberId, instanceId, out var member);
        if (error != KafkaError.None)
            return error;
        if (generation != Generation)
            return KafkaError.IllegalGeneration;
        if (!isTransactional && State == GroupState.CompletingRebalance)
            return KafkaError.RebalanceInProgress;
        if (!isTransactional)
            Touch(member!);
        return KafkaError.None;
    }

    /// <summary>Whether positions may be deleted at all.</summary>
    public KafkaError CheckOffsetDelete() =>
        State == GroupState.Dead ? KafkaError.GroupIdNotFound
        : State != GroupState.Empty && !IsOfConsumers ? KafkaError.NonEmptyGroup
        : KafkaError.None;

    /// <summary>
    /// Whether the last generation reads the topic; consumers of whom nothing is known may read any, as in Kafka.
    /// </summary>
    public bool IsSubscribedTo(string topic) => _subscribed?.Contains(topic) ?? IsOfConsumers;

    /// <summary>Positions that nobody has used or committed since.</summary>
    public IReadOnlyCollection<TopicPartition> SilentSince(long time)
    {
        var mayGo = State switch
        {
            GroupState.Empty => _emptySince <= time,
            GroupState.Stable => _subscribed is not null,
            _ => false,
        };
        return !mayGo ? [] :
        [
            .. Offsets.Committed
                .Where(p => p.Value.CommittedAt <= time && !Offsets.IsUnstable(p.Key) && !IsSubscribedTo(p.Key.Topic))
                .Select(p => p.Key),
        ];
    }

    private HashSet<string>? ReadSubscriptions()
    {
        if (!IsOfConsumers)
            return null;
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in _members.All)
        {
            if (ConsumerSubscription.TryRead(member.MetadataOf(Protocol)) is not { } subscription)
                return null;
            topics.UnionWith(subscription.Topics);
        }

        return topics;
    }
}
