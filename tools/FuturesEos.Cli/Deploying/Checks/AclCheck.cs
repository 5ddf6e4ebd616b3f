using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>Each user has the rights that its program needs, and no other.</summary>
internal static class AclCheck
{
    /// <summary>Where the relay notes how far it is.</summary>
    public const string RelayTopic = Topics.DefaultPrefix + ".outbox-relay.progress";

    private const string ConnectGroup = "futures-connect";
    private const string RelayId = "futures_outbox-relay";

    private static readonly KafkaRight[] Always =
    [
        .. from topic in Topics.OfSignals
           from operation in new[] { "Read", "Write" }
           select OnTopic("signal-generator", topic.Name, operation),
        new("signal-generator", "group", "signal-generator", IsPrefix: false, "Describe"),
        new("signal-processor", "transactionalId", Topics.DefaultApplicationId + "-", IsPrefix: true, "Write"),
        new("signal-processor", "group", Topics.DefaultApplicationId, IsPrefix: false, "Read"),
        .. Topics.OfSignals.Select(topic => OnTopic("signal-processor", topic.Name, "Read")),
        .. Topics.OfProcessor().Select(topic => OnTopic("signal-processor", topic.Name, "Write")),
        OnTopic("signal-processor", Topics.Changelog(), "Read"),
        OnTopic("order-manager", Topics.Decisions(), "Read"),
        new("order-manager", "group", "order-manager", IsPrefix: false, "Read"),
        OnTopic("tools", Topics.Changelog(), "Describe"),
        new("tools", "topic", Topics.DefaultPrefix + ".", IsPrefix: true, "Read"),
        .. from @group in new[] { Topics.DefaultApplicationId, TopicReader.ClientName }
           select new KafkaRight("tools", "group", @group, IsPrefix: false, "Describe"),
    ];

    private static readonly KafkaRight[] OfConnect =
    [
        new("connect", "transactionalId", "connect-cluster-" + ConnectGroup, IsPrefix: false, "Write"),
        new("connect", "transactionalId", ConnectGroup + "-outbox-", IsPrefix: true, "Write"),
        new("connect", "group", ConnectGroup, IsPrefix: false, "Read"),
        .. from topic in new[] { "configs", "offsets", "status" }
           from operation in new[] { "Read", "Write" }
           select OnTopic("connect", $"{ConnectGroup}.{topic}", operation),
        OnTopic("connect", ConnectGroup + ".heartbeat.futures", "Write"),
        OnTopic("connect", Topics.Orders, "Write"),
    ];

    private static readonly KafkaRight[] OfRelay =
    [
        new("outbox-relay", "transactionalId", RelayId, IsPrefix: false, "Write"),
        new("outbox-relay", "group", RelayId, IsPrefix: false, "Describe"),
        .. from topic in new[] { Topics.Orders, RelayTopic }
           from operation in new[] { "Read", "Write" }
           select OnTopic("outbox-relay", topic, operation),
    ];

    /// <summary>What the programs of a set need.</summary>
    public static IEnumerable<KafkaRight> Needed(ManifestSet set) =>
    [
        .. Always,
        .. set.Of("KafkaConnect").Any() ? OfConnect : [],
        .. set.Find("Deployment", "outbox-relay") is null ? [] : OfRelay,
    ];

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var given = KafkaRight.Of(set).ToHashSet();
        var needed = Needed(set).ToList();
        return
        [
            .. needed.Where(right => !given.Contains(right)).Select(right => $"KafkaUser {right.User}: lacks {right}"),
            .. given.Except(needed).Select(right => $"KafkaUser {right.User}: has {right}, which it does not need"),
        ];
    }

    private static KafkaRight OnTopic(string user, string topic, string operation) =>
        new(user, "topic", topic, IsPrefix: false, operation);
}
