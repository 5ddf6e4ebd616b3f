using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Registers partitions; if one cannot be, none is.</summary>
internal sealed class AddPartitionsToTxnHandler(TransactionCoordinator transactions, TopicRegistry topics)
    : IRequestHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    private const short FencedSince = 2;

    public async ValueTask<AddPartitionsToTxnResponse?> HandleAsync(
        AddPartitionsToTxnRequest request, RequestContext context)
    {
        var wanted = request.V3AndBelowTopics
            .SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Name, p))).Distinct().ToList();
        var unknown = wanted.Where(p => topics.FindLog(p.Topic, p.Partition) is null || TopicName.IsInternal(p.Topic))
            .ToHashSet();
        if (unknown.Count > 0)
        {
            return Answer(request, p => !unknown.Contains(p) ? KafkaError.OperationNotAttempted
                : TopicName.IsInternal(p.Topic) ? KafkaError.TopicAuthorizationFailed
                : KafkaError.UnknownTopicOrPartition);
        }

        var error = await transactions.AddPartitionsAsync(
            request.V3AndBelowTransactionalId,
            request.V3AndBelowProducerId,
            request.V3AndBelowProducerEpoch,
            wanted,
            context.Closing);
        error = TransactionCoordinator.ForVersion(error, context.Version, FencedSince);
        return Answer(request, _ => error);
    }

    private static AddPartitionsToTxnResponse Answer(
        AddPartitionsToTxnRequest request, Func<TopicPartition, KafkaError> errorOf) =>
        new()
        {
            ResultsByTopicV3AndBelow =
            [
                .. request.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnResponse.TopicResult
                {
                    Name = topic.Name,
                    ResultsByPartition =
                    [
                        .. topic.Partitions.Select(p => new AddPartitionsToTxnResponse.PartitionResult
                        {
                            PartitionIndex = p,
                            PartitionErrorCode = errorOf(new TopicPartition(topic.Name, p)),
                        }),
                    ],
                }),
            ],
        };
}
