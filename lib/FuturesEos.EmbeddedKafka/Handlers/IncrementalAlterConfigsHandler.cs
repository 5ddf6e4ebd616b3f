using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Changes settings of topics; all changes of a topic or none. The broker's own are given at its start.
/// </summary>
internal sealed class IncrementalAlterConfigsHandler(TopicRegistry topics)
    : IRequestHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    public ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context) =>
        new(new IncrementalAlterConfigsResponse
        {
            Responses = [.. request.Resources.Select(r => Alter(r, request.ValidateOnly))],
        });

    private IncrementalAlterConfigsResponse.AlterConfigsResourceResponse Alter(
        IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool isDryRun)
    {
        var (error, reason) = resource.ResourceType == ResourceKind.Topic
            ? AlterTopic(resource, isDryRun)
            : (KafkaError.InvalidRequest, "Only topics' settings can be changed; the broker's are given at its start.");
        return new()
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            ErrorCode = error,
            ErrorMessage = reason,
        };
    }

    private (KafkaError Error, string? Reason) AlterTopic(
        IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool isDryRun)
    {
        if (topics.Find(resource.ResourceName) is not { } topic)
            return (KafkaError.UnknownTopicOrPartition, null);
        var (changed, complaint) = Change(topic.Settings.Own, topic.Settings, resource.Configs);
        if (complaint is not null)
            return (KafkaError.InvalidConfig, complaint);
        return isDryRun
            ? default
            : (topics.ChangeSettings(
                topic.Name, own => Change(own, topic.Settings, resource.Configs).Changed ?? changed), null);
    }

    private static (Dictionary<string, string> Changed, string? Complaint) Change(
        IReadOnlyDictionary<string, string> own,
        TopicSettings settings,
        IncrementalAlterConfigsRequest.AlterableConfig[] operations)
    {
        var changed = new Dictionary<string, string>(own, StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (operation.ConfigOperation == Delete)
            {
                changed.Remove(operation.Name);
                continue;
            }

            var value = operation.Value;
            if (operation.ConfigOperation is Append or Subtract)
            {
                if (!TopicSettings.IsList(operation.Name))
                    return (changed, $"{operation.Name} is not a list: it cannot be appended to or subtracted from.");
                value = Combine(settings.Value(operation.Name), value ?? "", operation.ConfigOperation == Append);
            }
            else if (operation.ConfigOperation != Set)
            {
                return (changed, $"Operation {operation.ConfigOperation} is unknown.");
            }

            if (TopicSettings.Complaint(operation.Name, value) is { } complaint)
                return (changed, complaint);
            changed[operation.Name] = value!;
        }

        return (changed, null);
    }

    private static string Combine(string current, string words, bool isAppend)
    {
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var have = current.Split(',', Clean);
        var given = words.Split(',', Clean);
        return string.Join(',', isAppend ? have.Union(given) : have.Except(given));
    }
}
