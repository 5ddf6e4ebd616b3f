using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>The only broker leads every partition already.</summary>
internal sealed class ElectLeadersHandler(TopicRegistry topics)
    : IRequestHandler<ElectLeadersRequest, ElectLeadersResponse>
{
    // who asks for all is told only of elections that were held
    public ValueTask<ElectLeadersResponse?> HandleAsync(ElectLeadersRequest request, RequestContext context) =>
        new(new ElectLeadersResponse
        {
            ReplicaElectionResults =
            [
                .. (request.TopicPartitions ?? []).Select(topic => new ElectLeadersResponse.ReplicaElectionResult
                {
                    Topic = topic.Topic,
                    PartitionResult =
                    [
                        .. topic.Partitions.Select(p => topics.FindLog(topic.Topic, p) is null
                            ? Refuse(p, KafkaError.UnknownTopicOrPartition, $"No such partition as {topic.Topic}-{p}.")
                            : Refuse(p, KafkaError.ElectionNotNeeded, "The only broker leads it already.")),
                    ],
                }),
            ],
        });

    private static ElectLeadersResponse.PartitionOutcome Refuse(int partition, KafkaError error, string reason) =>
        new() { PartitionId = partition, ErrorCode = error, ErrorMessage = reason };
}
