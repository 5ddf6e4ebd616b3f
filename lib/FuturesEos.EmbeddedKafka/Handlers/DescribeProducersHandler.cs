using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>What a partition knows of its producers: how operators find a hanging transaction (KIP-664).</summary>
internal sealed class DescribeProducersHandler(TopicRegistry topics)
    : IRequestHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    public ValueTask<DescribeProducersResponse?> HandleAsync(
        DescribeProducersRequest request, RequestContext context) =>
        new(new DescribeProducersResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DescribeProducersResponse.TopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(p => Describe(topic.Name, p))],
                }),
            ],
        });

    private DescribeProducersResponse.PartitionResponse Describe(string topic, int partition)
    {
        if (topics.FindLog(topic, partition) is not { } log)
        {
            return new()
            {
                PartitionIndex = partition,
                ErrorCode = KafkaError.UnknownTopicOrPartition,
                ErrorMessage = "There is no such partition.",
            };
        }

        return new()
        {
            PartitionIndex = partition,
            ActiveProducers =
            [
                .. log.DescribeProducers().Select(p => new DescribeProducersResponse.ProducerState
                {
                    ProducerId = p.ProducerId,
                    ProducerEpoch = p.Epoch,
                    LastSequence = p.LastSequence,
                    LastTimestamp = p.LastTimestamp,
                    CoordinatorEpoch = p.CoordinatorEpoch,
                    CurrentTxnStartOffset = p.CurrentTransactionStart,
                }),
            ],
        };
    }
}
