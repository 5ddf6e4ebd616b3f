using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
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
        var (error, reason) = AlteredSettings.Apply(
            topics,
            resource.ResourceType,
            resource.ResourceName,
            resource.Configs.Where(c => c.ConfigOperation != Delete && c.Value is null).Select(c => c.Name),
            (own, settings) => Change(own, settings, resource.Configs),
            isDryRun);
        return new()
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            ErrorCode = error,
            ErrorMessage = reason,
        };
    }

    private static AlteredSettings Change(
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
                    return new(changed, $"{operation.Name} is not a list: nothing can be appended or subtracted.");
                value = Combine(settings.Value(operation.Name), value ?? "", operation.ConfigOperation == Append);
            }
            else if (operation.ConfigOperation != Set)
            {
                return new(changed, $"Operation {operation.ConfigOperation} is unknown.");
            }

            if (TopicSettings.Complaint(operation.Name, value) is { } complaint)
                return new(changed, complaint);
            changed[operation.Name] = value!;
        }

        return new(changed);
    }

    private static string Combine(string current, string words, bool isAppend)
    {
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var have = current.Split(',', Clean);
        var given = words.Split(',', Clean);
        return string.Join(',', isAppend ? have.Union(given) : have.Except(given));
    }
}
