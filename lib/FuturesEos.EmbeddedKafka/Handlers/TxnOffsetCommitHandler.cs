using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Positions inside a transaction: whether the transaction is open and the partition registered is checked at append.
/// </summary>
internal sealed class TxnOffsetCommitHandler(
    GroupCoordinator groups, TransactionCoordinator transactions, TopicRegistry topics, TimeProvider time)
    : IRequestHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short CoordinatorLoadsFrom = 2;
    private const short AbortableFrom = 4;
    private const short EntersFrom = 5;

    public async ValueTask<TxnOffsetCommitResponse?> HandleAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var check = new OffsetCheck(topics, request.Topics.SelectMany(topic => topic.Partitions.Select(p => (
            new TopicPartition(topic.Name, p.PartitionIndex),
            new StoredOffset(p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata ?? "", now)))));
        var error = check.IsAnyKnown ? await CommitAsync(request, check, context) : KafkaError.None;
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

    private async ValueTask<KafkaError> CommitAsync(
        TxnOffsetCommitRequest request, OffsetCheck check, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return KafkaError.InvalidGroupId;

        // the transaction first, as Kafka's verification; the append asks again under its lock
        var partition = OffsetsPartition.Of(request.GroupId);
        var entered = await EnterAsync(request, partition, context);
        var error = entered == KafkaError.None
            ? await groups.CommitAsync(
                new CommitRequest(
                    request.GroupId, request.GenerationId, request.MemberId, request.GroupInstanceId, check.Accepted)
                {
                    Producer = (request.ProducerId, request.ProducerEpoch),
                },
                context.Closing)
            : entered;
        if (error == KafkaError.InvalidTxnState)
        {
            error = transactions.Explain(
                request.TransactionalId, request.ProducerId, request.ProducerEpoch, context.Version >= AbortableFrom);
        }

        return error == KafkaError.CoordinatorLoadInProgress && context.Version < CoordinatorLoadsFrom
            ? KafkaError.CoordinatorNotAvailable
            : error;
    }

    // by protocol 2 the positions add their partition themselves
    private ValueTask<KafkaError> EnterAsync(
        TxnOffsetCommitRequest request, TopicPartition partition, RequestContext context)
    {
        var (id, producer, epoch) = (request.TransactionalId, request.ProducerId, request.ProducerEpoch);
        if (context.Version >= EntersFrom)
            return transactions.EnterAsync(id, producer, epoch, [partition], context.Closing);
        return new(
            transactions.HasRegistered(id, producer, epoch, partition) ? KafkaError.None : KafkaError.InvalidTxnState);
    }
}
