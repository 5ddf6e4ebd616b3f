using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Positions inside a transaction: whether the transaction is open and the partition registered is checked at append.</summary>
internal sealed class TxnOffsetCommitHandler(
    GroupCoordinator groups, TransactionCoordinator transactions, TopicRegistry topics, TimeProvider time)
    : IRequestHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short CoordinatorLoadsFrom = 2;

    public async ValueTask<TxnOffsetCommitResponse?> HandleAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var check = new OffsetCheck(topics);
        foreach (var topic in request.Topics)
        {
            foreach (var p in topic.Partitions)
            {
                check.Add(
                    new TopicPartition(topic.Name, p.PartitionIndex),
                    new StoredOffset(p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata ?? "", now));
            }
        }

        var error = await groups.CommitAsync(
            new CommitRequest(request.GroupId, request.GenerationId, request.MemberId, request.GroupInstanceId, check.Accepted)
            {
                Producer = (request.ProducerId, request.ProducerEpoch),
            },
            context.Closing);
        error = ForClient(error, request, context.Version);
        return new TxnOffsetCommitResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new TxnOffsetCommitResponse.Topic
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(p => new TxnOffsetCommitResponse.Partition
                        {
                            PartitionIndex = p.PartitionIndex,
                            ErrorCode = check.ErrorOf(new TopicPartition(topic.Name, p.PartitionIndex), error),
                        }),
                    ],
                }),
            ],
        };
    }

    private KafkaError ForClient(KafkaError error, TxnOffsetCommitRequest request, short version) => error switch
    {
        KafkaError.InvalidTxnState => transactions.Explain(request.TransactionalId, request.ProducerId, request.ProducerEpoch),
        KafkaError.CoordinatorLoadInProgress when version < CoordinatorLoadsFrom => KafkaError.CoordinatorNotAvailable,
        _ => error,
    };
}
