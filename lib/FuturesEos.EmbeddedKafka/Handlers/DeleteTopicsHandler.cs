using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Deletes topics, and the positions that groups had in them.</summary>
internal sealed class DeleteTopicsHandler(TopicRegistry topics, GroupCoordinator groups)
    : IRequestHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    public async ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var wanted = request.Topics.Select(t => (t.Name, t.TopicId))
            .Concat(request.TopicNames.Select(name => ((string?)name, Guid.Empty)));
        var results = new List<DeleteTopicsResponse.DeletableTopicResult>();
        foreach (var (name, id) in wanted)
            results.Add(await DeleteAsync(name, id));
        return new DeleteTopicsResponse { Responses = [.. results] };
    }

    private async ValueTask<DeleteTopicsResponse.DeletableTopicResult> DeleteAsync(string? name, Guid id)
    {
        var topic = name is null ? topics.Find(id) : topics.Find(name);
        var error = topic switch
        {
            null => name is null ? KafkaError.UnknownTopicId : KafkaError.UnknownTopicOrPartition,
            { IsInternal: true } => KafkaError.InvalidRequest,
            _ => await DeleteAsync(topic),
        };
        return new()
        {
            Name = topic?.Name ?? name,
            TopicId = topic?.Id ?? id,
            ErrorCode = error,
            ErrorMessage = error == KafkaError.InvalidRequest ? "The topic is the broker's own." : null,
        };
    }

    private async ValueTask<KafkaError> DeleteAsync(Topic topic)
    {
        var (error, removed) = topics.Remove(topic.Id);
        if (removed is null)
            return error;
        groups.ForgetTopic(removed.Id);
        await topics.DiscardAsync(removed);
        return KafkaError.None;
    }
}
