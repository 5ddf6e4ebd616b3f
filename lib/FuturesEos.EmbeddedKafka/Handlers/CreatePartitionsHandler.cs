using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Adds partitions to topics.</summary>
internal sealed class CreatePartitionsHandler(TopicRegistry topics)
    : IRequestHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    public ValueTask<CreatePartitionsResponse?> HandleAsync(CreatePartitionsRequest request, RequestContext context) =>
        new(new CreatePartitionsResponse
        {
            Results = [.. request.Topics.Select(topic => Extend(topic, request.ValidateOnly))],
        });

    private CreatePartitionsResponse.TopicResult Extend(
        CreatePartitionsRequest.Topic topic, bool isDryRun)
    {
        var (error, reason) = TopicName.IsInternal(topic.Name)
            ? (KafkaError.InvalidRequest, "The topic is the broker's own.")
            : topics.AddPartitions(topic.Name, topic.Count, isDryRun);
        return new() { Name = topic.Name, ErrorCode = error, ErrorMessage = reason };
    }
}
