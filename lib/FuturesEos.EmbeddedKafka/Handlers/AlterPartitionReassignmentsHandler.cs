using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>A partition can be moved to where it is: to this broker.</summary>
internal sealed class AlterPartitionReassignmentsHandler(BrokerNode node, TopicRegistry topics)
    : IRequestHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
{
    public ValueTask<AlterPartitionReassignmentsResponse?> HandleAsync(
        AlterPartitionReassignmentsRequest request, RequestContext context) =>
        new(new AlterPartitionReassignmentsResponse
        {
            AllowReplicationFactorChange = request.AllowReplicationFactorChange,
            Responses =
            [
                .. request.Topics.Select(
                    topic => new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
                    {
                        Name = topic.Name, Partitions = [.. topic.Partitions.Select(p => Move(topic.Name, p))],
                    }),
            ],
        });

    private AlterPartitionReassignmentsResponse.ReassignablePartitionResponse Move(
        string topic, AlterPartitionReassignmentsRequest.ReassignablePartition wanted)
    {
        var (error, reason) = Complaint(topic, wanted);
        return new() { PartitionIndex = wanted.PartitionIndex, ErrorCode = error, ErrorMessage = reason };
    }

    private (KafkaError Error, string? Reason) Complaint(
        string topic, AlterPartitionReassignmentsRequest.ReassignablePartition wanted) =>
        topics.FindLog(topic, wanted.PartitionIndex) is null
            ? (KafkaError.UnknownTopicOrPartition, "There is no such partition.")
            : wanted.Replicas switch
            {
                null => (KafkaError.NoReassignmentInProgress, "The partition is not being moved."),
                [var only] when only == node.Id => (KafkaError.None, null),
                _ => (KafkaError.InvalidReplicaAssignment,
                    $"Broker {node.Id} is the only one: a partition has one replica, and it is there."),
            };
}
