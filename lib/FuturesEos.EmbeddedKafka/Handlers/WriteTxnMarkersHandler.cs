using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Ends a transaction in partitions by hand: an operator aborts a hanging one (KIP-664).</summary>
internal sealed class WriteTxnMarkersHandler(ITransactionHost host)
    : IRequestHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse>
{
    public async ValueTask<WriteTxnMarkersResponse?> HandleAsync(WriteTxnMarkersRequest request, RequestContext context)
    {
        var markers = new List<WriteTxnMarkersResponse.WritableTxnMarkerResult>();
        foreach (var marker in request.Markers)
        {
            var topics = new List<WriteTxnMarkersResponse.WritableTxnMarkerTopicResult>();
            foreach (var topic in marker.Topics)
            {
                var partitions = new List<WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult>();
                foreach (var partition in topic.PartitionIndexes)
                {
                    var error = await WriteAsync(marker, new TopicPartition(topic.Name, partition), context.Closing);
                    partitions.Add(new() { PartitionIndex = partition, ErrorCode = error });
                }

                topics.Add(new() { Name = topic.Name, Partitions = [.. partitions] });
            }

            markers.Add(new() { ProducerId = marker.ProducerId, Topics = [.. topics] });
        }

        return new WriteTxnMarkersResponse { Markers = [.. markers] };
    }

    private ValueTask<KafkaError> WriteAsync(
        WriteTxnMarkersRequest.WritableTxnMarker marker, TopicPartition partition, CancellationToken cancel)
    {
        var type = marker.TransactionResult ? ControlType.Commit : ControlType.Abort;
        var control = new ControlRecord(type, marker.CoordinatorEpoch);
        return host.WriteMarkerAsync(
            new TransactionMarker(partition, marker.ProducerId, marker.ProducerEpoch, control)
            {
                Protocol = (TransactionProtocol)marker.TransactionVersion,
            },
            cancel);
    }
}
