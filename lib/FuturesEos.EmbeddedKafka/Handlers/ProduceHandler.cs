using System.Runtime.InteropServices;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Appends, and answers once what was appended is as durable as the broker promises.</summary>
internal sealed class ProduceHandler(TopicRegistry topics, TransactionCoordinator transactions, ILogger logger)
    : IRequestHandler<ProduceRequest, ProduceResponse>
{
    /// <summary>Versions 0 to 2 carry message formats that are not stored here; see <see cref="ProduceRequest"/>.</summary>
    private const short OldestTaken = 3;

    public async ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context)
    {
        if (context.Version < OldestTaken)
            throw new ProtocolException("message formats 0 and 1 are not taken; use a client of Kafka 0.11 or later");
        var appended = new List<(PartitionLog Log, AppendResult Result)>();
        var response = new ProduceResponse { Responses = new ProduceResponse.TopicProduceResponse[request.TopicData.Length] };
        for (var i = 0; i < request.TopicData.Length; i++)
            response.Responses[i] = Append(request, request.TopicData[i], appended);
        foreach (var (log, result) in appended)
            await log.WhenDurableAsync(result.NextOffset, context.Closing);
        if (request.Acks != 0)
            return response;

        // nobody reads an answer: a closed connection is the only way to say that something was refused
        var refused = response.Responses.SelectMany(t => t.PartitionResponses)
            .FirstOrDefault(p => p.ErrorCode != KafkaError.None);
        return refused is null
            ? null
            : throw new ProtocolException($"a record sent with acks=0 was refused: {refused.ErrorCode}");
    }

    private ProduceResponse.TopicProduceResponse Append(
        ProduceRequest request, ProduceRequest.TopicProduceData data, List<(PartitionLog, AppendResult)> appended)
    {
        var topic = topics.Find(data.Name);
        var answers = new ProduceResponse.PartitionProduceResponse[data.PartitionData.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            var partition = data.PartitionData[i];
            var log = topic?.Partition(partition.Index);
            var result = Refusal(request, topic, log, partition.Records.Span) is var error && error != KafkaError.None
                ? AppendResult.Refused(error)
                : Append(log!, partition.Records, request.TransactionalId);
            if (result.Error == KafkaError.None)
                appended.Add((log!, result));
            answers[i] = Answer(partition.Index, result);
        }

        return new() { Name = data.Name, PartitionResponses = answers };
    }

    private static KafkaError Refusal(ProduceRequest request, Topic? topic, PartitionLog? log, ReadOnlySpan<byte> records)
    {
        if (request.Acks is < -1 or > 1)
            return KafkaError.InvalidRequiredAcks;
        if (log is null)
            return KafkaError.UnknownTopicOrPartition;
        if (topic!.IsInternal)
            return KafkaError.InvalidTopic;
        var isTransactional = records.Length >= RecordBatch.HeaderSize && new RecordBatch(records).IsTransactional;
        return isTransactional && request.TransactionalId is null
            ? KafkaError.TransactionalIdAuthorizationFailed
            : KafkaError.None;
    }

    private AppendResult Append(PartitionLog log, ReadOnlyMemory<byte> records, string? transactionalId)
    {
        try
        {
            // the request's bytes are ours alone: the log writes offsets into them
            var result = log.Append(MemoryMarshal.AsMemory(records));
            if (TellsStart(result.Error))
                result = result with { LogStartOffset = log.LogStartOffset };
            if (result.Error != KafkaError.InvalidTxnState || records.Length < RecordBatch.HeaderSize)
                return result;
            var batch = new RecordBatch(records.Span);
            var error = transactions.Explain(transactionalId, batch.ProducerId, batch.ProducerEpoch);
            return error == result.Error ? result : AppendResult.Refused(error);
        }
        catch (IOException failed)
        {
            logger.AppendFailed(log.Partition.ToString(), failed.Message);
            return AppendResult.Refused(KafkaError.KafkaStorageError, failed.Message);
        }
    }

    private static ProduceResponse.PartitionProduceResponse Answer(int partition, AppendResult result) => new()
    {
        Index = partition,
        ErrorCode = result.Error,
        ErrorMessage = result.Reason,
        BaseOffset = result.BaseOffset,
        LogAppendTimeMs = result.LogAppendTime,
        LogStartOffset = result.LogStartOffset,
    };

    // a producer that lost its place in the sequence learns whether its records were deleted (KAFKA-5793)
    private static bool TellsStart(KafkaError error) => error is KafkaError.OutOfOrderSequenceNumber
        or KafkaError.InvalidProducerEpoch or KafkaError.InvalidTxnState;
}
