using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>A member of a group; the group's lock guards it.</summary>
internal sealed class GroupMember
{
    public required string Id { get; set; }

    /// <summary>Set for static members (KIP-345), who keep their place over a restart.</summary>
    public required string? InstanceId { get; init; }

    public required string ClientId { get; set; }

    public required string ClientHost { get; set; }

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    /// <summary>What the member could work with, the most wanted first, each with its subscription.</summary>
    public (string Name, byte[] Metadata)[] Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>When the member is taken for dead; it does not count while an answer is owed to it.</summary>
    public TimeSpan SessionDeadline { get; set; }

    /// <summary>The join to be answered when the generation is formed.</summary>
    public TaskCompletionSource<JoinGroupResponse>? Join { get; set; }

    /// <summary>The sync to be answered when the leader has handed in the assignment.</summary>
    public TaskCompletionSource<SyncGroupResponse>? Sync { get; set; }

    /// <summary>Whether this member has asked for its assignment in the present generation.</summary>
    public bool HasSynced { get; set; }

    /// <summary>What it holds of <see cref="GroupMemory"/>.</summary>
    public long Bytes => GroupMemory.Member + Assignment.Length
        + Protocols.Sum(p => (long)p.Metadata.Length + (sizeof(char) * p.Name.Length));

    public bool IsAwaited => Join is not null || Sync is not null;

    public byte[] MetadataOf(string? protocol) => Protocols.FirstOrDefault(p => p.Name == protocol).Metadata ?? [];

    /// <summary>Whether the same protocols are named with the same subscriptions, in the same order.</summary>
    public bool IsSame((string Name, byte[] Metadata)[] protocols) =>
        Protocols.Length == protocols.Length
        && Protocols.Zip(protocols)
            .All(p => p.First.Name == p.Second.Name && p.First.Metadata.AsSpan().SequenceEqual(p.Second.Metadata));
}
