using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Replaces all settings of topics: what a request does not name gets its default again.</summary>
internal sealed class AlterConfigsHandler(TopicRegistry topics)
    : IRequestHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    public ValueTask<AlterConfigsResponse?> HandleAsync(AlterConfigsRequest request, RequestContext context) =>
        new(new AlterConfigsResponse
        {
            Responses = [.. request.Resources.Select(r => Alter(r, request.ValidateOnly))],
        });

    private AlterConfigsResponse.AlterConfigsResourceResponse Alter(
        AlterConfigsRequest.AlterConfigsResource resource, bool isDryRun)
    {
        var (error, reason) = AlteredSettings.Apply(
            topics,
            resource.ResourceType,
            resource.ResourceName,
            resource.Configs.Where(setting => setting.Value is null).Select(setting => setting.Name),
            (_, _) => Replace(resource.Configs),
            isDryRun);
        return new()
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            ErrorCode = error,
            ErrorMessage = reason,
        };
    }

    private static AlteredSettings Replace(AlterConfigsRequest.AlterableConfig[] given)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in given)
        {
            if (TopicSettings.Complaint(setting.Name, setting.Value) is { } complaint)
                return new(settings, complaint);
            settings[setting.Name] = setting.Value!;
        }

        return new(settings);
    }
}
