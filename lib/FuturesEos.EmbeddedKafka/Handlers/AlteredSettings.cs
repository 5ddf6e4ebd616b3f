using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>A topic's own settings as a request changes them, and what is wrong with them.</summary>
internal readonly record struct AlteredSettings(Dictionary<string, string> Own, string? Complaint = null)
{
    /// <summary>Of the topic as it is, how it is to be.</summary>
    public delegate AlteredSettings Change(IReadOnlyDictionary<string, string> own, TopicSettings all);

    /// <summary>
    /// Carries out what AlterConfigs and IncrementalAlterConfigs ask for: all changes of a topic or none. Settings in
    /// <paramref name="nulls"/> came without the value they need.
    /// </summary>
    public static (KafkaError Error, string? Reason) Apply(
        TopicRegistry topics, sbyte kind, string name, IEnumerable<string> nulls, Change change, bool isDryRun)
    {
        if (kind != ResourceKind.Topic)
        {
            return (KafkaError.InvalidRequest,
                "Only topics' settings can be changed; the broker's are given at its start.");
        }

        var missing = string.Join(",", nulls);
        if (missing.Length > 0)
            return (KafkaError.InvalidRequest, $"Null value not supported for : {missing}");
        if (topics.Find(name) is not { } topic)
            return (KafkaError.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");
        var (changed, complaint) = change(topic.Settings.Own, topic.Settings);
        complaint ??= TopicSettings.Complaint(changed);
        if (complaint is not null)
            return (KafkaError.InvalidConfig, complaint);
        return isDryRun
            ? default
            : (topics.ChangeSettings(name, own => change(own, topic.Settings).Own), null);
    }
}
