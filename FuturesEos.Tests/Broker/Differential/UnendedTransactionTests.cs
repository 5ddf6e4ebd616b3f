using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// What Apache Kafka answers while the markers of a transaction are on their way. It can be asked at leisure: a marker that a
/// partition refuses, since it has seen a newer epoch meanwhile, is tried for ever.
/// </summary>
[Trait("Category", "Long")]
public class UnendedTransactionTests(RealKafka kafka)
{
    [Fact]
    public async Task positions_into_a_transaction_that_is_being_ended_are_told_of_it()
    {
        await using var with = await Conversation.OpenAsync(await kafka.OneNodeAsync());
        await with.MakeAsync(with.Name, 2);
        var producer = new InitProducerIdResponse();
        await Eventually.True(async () => // a fresh node is still loading
        {
            producer = await with.Connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(new()
            {
                TransactionalId = with.Name, TransactionTimeoutMs = 60_000, ProducerId = -1, ProducerEpoch = -1,
            });
            return producer.ErrorCode == KafkaError.None;
        });
        var (id, epoch) = (producer.ProducerId, producer.ProducerEpoch);
        await with.Connection.SendAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            new()
            {
                V3AndBelowTransactionalId = with.Name, V3AndBelowProducerId = id, V3AndBelowProducerEpoch = epoch,
                V3AndBelowTopics = [new() { Name = with.Name, Partitions = [0] }],
            },
            version: 3);
        var written = await TopicScript.ProduceAsync(
            with, "a newer epoch outside of it", TopicScript.Batch(id, (short)(epoch + 2), sequence: 0), version: 12);
        Assert.Equal(KafkaError.None, written.Responses[0].PartitionResponses[0].ErrorCode);
        var ended = await with.Connection.SendAsync<EndTxnRequest, EndTxnResponse>(
            new() { TransactionalId = with.Name, ProducerId = id, ProducerEpoch = epoch, Committed = true }, version: 5);
        Assert.Equal(KafkaError.None, ended.ErrorCode);

        Assert.Equal(KafkaError.ConcurrentTransactions, await CommitAsync(with, ended.ProducerId, ended.ProducerEpoch));
    }

    private static async Task<KafkaError> CommitAsync(Conversation with, long id, short epoch)
    {
        var answer = await with.Connection.SendAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            new()
            {
                TransactionalId = with.Name,
                GroupId = with.Name,
                ProducerId = id,
                ProducerEpoch = epoch,
                MemberId = "",
                GenerationId = -1,
                Topics = [new() { Name = with.Name, Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7 }] }],
            },
            version: 5);
        return answer.Topics[0].Partitions[0].ErrorCode;
    }
}
