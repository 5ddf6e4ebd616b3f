using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Nothing ever moves.</summary>
internal sealed class ListPartitionReassignmentsHandler
    : IRequestHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    public ValueTask<ListPartitionReassignmentsResponse?> HandleAsync(
        ListPartitionReassignmentsRequest request, RequestContext context) =>
        new(new ListPartitionReassignmentsResponse());
}
