using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>Each user has the rights that its program needs, and no other.</summary>
internal static class AclCheck
{
    private const string ConnectGroup = "futures-connect";

    /// <summary>What is needed.</summary>
    public static IReadOnlyList<KafkaRight> Needed { get; } =
    [
        .. Topics.OfSignals.Select(topic => OnTopic("signal-generator", topic.Name, "Write")),
        new("signal-processor", "transactionalId", Topics.DefaultApplicationId + "-", IsPrefix: true, "Write"),
        new("signal-processor", "group", Topics.DefaultApplicationId, IsPrefix: false, "Read"),
        .. Topics.OfSignals.Select(topic => OnTopic("signal-processor", topic.Name, "Read")),
        .. Topics.OfProcessor().Select(topic => OnTopic("signal-processor", topic.Name, "Write")),
        OnTopic("signal-processor", Topics.Changelog(), "Read"),
        OnTopic("order-manager", Topics.Decisions(), "Read"),
        new("order-manager", "group", "order-manager", IsPrefix: false, "Read"),
        new("connect", "transactionalId", "connect-cluster-" + ConnectGroup, IsPrefix: false, "Write"),
        new("connect", "transactionalId", ConnectGroup + "-outbox-", IsPrefix: true, "Write"),
        new("connect", "group", ConnectGroup, IsPrefix: false, "Read"),
        .. from topic in new[] { "configs", "offsets", "status" }
           from operation in new[] { "Read", "Write" }
           select OnTopic("connect", $"{ConnectGroup}.{topic}", operation),
        OnTopic("connect", Topics.Orders, "Write"),
        new("tools", "topic", Topics.DefaultPrefix + ".", IsPrefix: true, "Read"),
        OnTopic("tools", Topics.Changelog(), "Describe"),
        .. from @group in new[] { Topics.DefaultApplicationId, TopicReader.ClientName }
           select new KafkaRight("tools", "group", @group, IsPrefix: false, "Describe"),
    ];

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var given = KafkaRight.Of(set).ToHashSet();
        return
        [
            .. Needed.Where(right => !given.Contains(right)).Select(right => $"KafkaUser {right.User}: lacks {right}"),
            .. given.Except(Needed).Select(right => $"KafkaUser {right.User}: has {right}, which it does not need"),
        ];
    }

    private static KafkaRight OnTopic(string user, string topic, string operation) => new(user, "topic", topic, IsPrefix: false, operation);
}
