using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Makes topics. They are in the metadata before the answer is.</summary>
internal sealed class CreateTopicsHandler(BrokerNode node, TopicRegistry topics, EmbeddedKafkaOptions options)
    : IRequestHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    private const int Default = -1;

    public ValueTask<CreateTopicsResponse?> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        var twice = request.Topics.GroupBy(topic => topic.Name)
            .Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        var results = request.Topics.DistinctBy(topic => topic.Name).Select(topic => twice.Contains(topic.Name)
            ? Refuse(topic, KafkaError.InvalidRequest, "Found multiple entries for this topic.")
            : Create(topic, request.ValidateOnly));
        return new(new CreateTopicsResponse { Topics = [.. results] });
    }

    private static CreateTopicsResponse.CreatableTopicResult Refuse(
        CreateTopicsRequest.CreatableTopic topic, KafkaError error, string? reason) =>
        new() { Name = topic.Name, ErrorCode = error, ErrorMessage = reason, Configs = [] };

    private CreateTopicsResponse.CreatableTopicResult Create(CreateTopicsRequest.CreatableTopic wanted, bool isDryRun)
    {
        if (TopicName.Complaint(wanted.Name) is { } badName)
            return Refuse(wanted, KafkaError.InvalidTopic, badName);
        if (Complaint(wanted) is var (error, reason) && error != KafkaError.None)
            return Refuse(wanted, error, reason);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in wanted.Configs)
        {
            if (TopicSettings.Complaint(setting.Name, setting.Value) is { } badSetting)
                return Refuse(wanted, KafkaError.InvalidConfig, badSetting);
            settings[setting.Name] = setting.Value!;
        }

        if (TopicSettings.Complaint(settings) is { } conflict)
            return Refuse(wanted, KafkaError.InvalidConfig, conflict);
        var partitions = wanted.Assignments.Length > 0 ? wanted.Assignments.Length
            : wanted.NumPartitions == Default ? options.DefaultPartitions
            : wanted.NumPartitions;
        var (topic, failure, why) = topics.Create(wanted.Name, partitions, settings, isDryRun);
        return topic is null ? Refuse(wanted, failure, why) : Describe(topic, partitions, isDryRun);
    }

    private (KafkaError Error, string? Reason) Complaint(CreateTopicsRequest.CreatableTopic wanted)
    {
        if (wanted.Assignments.Length > 0)
        {
            if (wanted.NumPartitions != Default || wanted.ReplicationFactor != Default)
            {
                return (KafkaError.InvalidRequest,
                    "Both numPartitions or replicationFactor and replicasAssignments were set.");
            }

            var numbers = wanted.Assignments.Select(a => a.PartitionIndex).Order();
            var isPossible = numbers.SequenceEqual(Enumerable.Range(0, wanted.Assignments.Length))
                && wanted.Assignments.All(a => a.BrokerIds is [var only] && only == node.Id);
            return isPossible
                ? default
                : (KafkaError.InvalidReplicaAssignment,
                    $"Partitions must be numbered from 0, each on broker {node.Id} alone.");
        }

        if (wanted.ReplicationFactor is not (Default or 1))
        {
            return (KafkaError.InvalidReplicationFactor,
                $"Unable to replicate the partition {wanted.ReplicationFactor} time(s): "
                    + "this is the only broker. Use 1 or -1.");
        }

        return wanted.NumPartitions is Default or > 0
            ? default
            : (KafkaError.InvalidPartitions, "Number of partitions must be larger than 0.");
    }

    private static CreateTopicsResponse.CreatableTopicResult Describe(Topic topic, int partitions, bool isDryRun) =>
        new()
        {
            Name = topic.Name,
            TopicId = isDryRun ? Guid.Empty : topic.Id,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Configs =
            [
                .. TopicSettings.All.Select(setting => new CreateTopicsResponse.CreatableTopicConfigs
                {
                    Name = setting.Name,
                    Value = topic.Settings.Value(setting.Name),
                    ConfigSource = SettingSource.Of(topic.Settings, setting.Name),
                }),
            ],
        };
}
