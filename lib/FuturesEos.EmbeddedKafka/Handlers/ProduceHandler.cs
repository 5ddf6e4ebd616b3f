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
    /// <summary>
    /// Versions 0 to 2 carry message formats that are not stored here; see <see cref="ProduceRequest"/>.
    /// </summary>
    private const short OldestTaken = 3;
    private const short AbortableFrom = 11;
    private const short EntersFrom = 12;

    public async ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context)
    {
        if (context.Version < OldestTaken)
            throw new ProtocolException("message formats 0 and 1 are not taken; use a client of Kafka 0.11 or later");
        var appended = new List<Appended>();
        if (Failure(request, context.Version) is { } failure)
            return Given(request, Refuse(request, failure));
        var entered = context.Version >= EntersFrom && request.TransactionalId is not null
            ? await EnterAsync(request, context)
            : KafkaError.None;
        var response = new ProduceResponse
        {
            Responses = new ProduceResponse.TopicProduceResponse[request.TopicData.Length],
        };
        for (var i = 0; i < request.TopicData.Length; i++)
            response.Responses[i] = Append(request, request.TopicData[i], context.Version, entered, appended);
        foreach (var (log, nextOffset, answer) in appended)
        {
            var error = await log.WhenDurableAsync(nextOffset, context.Closing);
            if (error != KafkaError.None)
                Retract(answer, error);
        }

        return Given(request, response);
    }

    private static void Retract(ProduceResponse.PartitionProduceResponse answer, KafkaError error)
    {
        answer.ErrorCode = error;
        answer.ErrorMessage = "written, but not known to be on the disk";
        answer.BaseOffset = answer.LogAppendTimeMs = answer.LogStartOffset = -1;
    }

    // With acks=0 nobody reads an answer: a closed connection is the only way to say that something was refused.
    private static ProduceResponse? Given(ProduceRequest request, ProduceResponse response)
    {
        if (request.Acks != 0)
            return response;
        var refused = response.Responses.SelectMany(t => t.PartitionResponses)
            .FirstOrDefault(p => p.ErrorCode != KafkaError.None);
        return refused is null
            ? null
            : throw new ProtocolException($"a record sent with acks=0 was refused: {refused.ErrorCode}");
    }

    private ProduceResponse.TopicProduceResponse Append(
        ProduceRequest request,
        ProduceRequest.TopicProduceData data,
        short version,
        KafkaError entered,
        List<Appended> appended)
    {
        var topic = topics.Find(data.Name);
        var answers = new ProduceResponse.PartitionProduceResponse[data.PartitionData.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            var partition = data.PartitionData[i];
            var log = topic?.Partition(partition.Index);
            var result = Refusal(request, version, entered, topic, log, partition.Records.Span)
                ?? Append(log!, partition.Records);
            answers[i] = Answer(partition.Index, result);
            if (result.Error == KafkaError.None)
                appended.Add(new(log!, result.NextOffset, answers[i]));
        }

        return new() { Name = data.Name, PartitionResponses = answers };
    }

    // in Kafka's order: what the request's version allows, the transaction, then what the append itself would say
    private AppendResult? Refusal(
        ProduceRequest request,
        short version,
        KafkaError entered,
        Topic? topic,
        PartitionLog? log,
        ReadOnlySpan<byte> records)
    {
        if (log is null)
            return AppendResult.Refused(KafkaError.UnknownTopicOrPartition);
        if (ProducedRecords.Complaint(records, version) is { } unfit)
            return unfit;
        var batch = new RecordBatch(records);
        if (batch.IsTransactional && log.IsFenced(batch))
            return AppendResult.Refused(KafkaError.InvalidProducerEpoch, "a newer epoch of the producer was here");
        if (batch.IsTransactional && !IsInTransaction(request, version, topic!, log, batch))
        {
            var error = entered != KafkaError.None ? entered : transactions.Verify(
                request.TransactionalId!,
                batch.ProducerId,
                batch.ProducerEpoch,
                log.Partition,
                version >= AbortableFrom);
            if (error != KafkaError.None)
            {
                return AppendResult.Refused(
                    IsForRetry(error, version) ? KafkaError.NotEnoughReplicas : error,
                    "the partition is not part of the producer's current transaction");
            }
        }

        if (request.Acks is < -1 or > 1)
            return AppendResult.Refused(KafkaError.InvalidRequiredAcks);

        // min.insync.replicas is not asked: Kafka takes no more of them than the topic has copies, and here that is one
        return topic!.IsInternal ? AppendResult.Refused(KafkaError.InvalidTopic) : null;
    }

    // by protocol 2 what is written adds its partitions itself, all of a request at once
    private async ValueTask<KafkaError> EnterAsync(ProduceRequest request, RequestContext context)
    {
        var partitions = new List<TopicPartition>();
        var (producer, epoch) = (RecordBatch.NoProducerId, RecordBatch.NoProducerEpoch);
        foreach (var (topic, log, records) in Transactional(request, context.Version))
        {
            var batch = new RecordBatch(records.Span);
            if (log.IsFenced(batch) || IsInTransaction(request, context.Version, topic, log, batch))
                continue;
            (producer, epoch) = (batch.ProducerId, batch.ProducerEpoch);
            partitions.Add(log.Partition);
        }

        return partitions.Count == 0
            ? KafkaError.None
            : await transactions.EnterAsync(request.TransactionalId!, producer, epoch, partitions, context.Closing);
    }

    private IEnumerable<(Topic Topic, PartitionLog Log, ReadOnlyMemory<byte> Records)> Transactional(
        ProduceRequest request, short version) =>
        from data in request.TopicData
        let topic = topics.Find(data.Name)
        where topic is not null
        from partition in data.PartitionData
        let log = topic.Partition(partition.Index)
        where log is not null && ProducedRecords.IsTransactional(partition.Records.Span)
            && ProducedRecords.Complaint(partition.Records.Span, version) is null
        select (topic, log, partition.Records);

    private bool IsInTransaction(
        ProduceRequest request, short version, Topic topic, PartitionLog log, RecordBatch batch) =>
        topic.IsInternal
            ? transactions.HasRegistered(request.TransactionalId!, batch.ProducerId, batch.ProducerEpoch, log.Partition)
            : log.Admits(batch, version >= EntersFrom);

    // what clients of protocol 1 would take for the end of their transaction
    private static bool IsForRetry(KafkaError error, short version) =>
        error == KafkaError.CoordinatorNotAvailable
        || (error == KafkaError.ConcurrentTransactions && version < EntersFrom);

    private AppendResult Append(PartitionLog log, ReadOnlyMemory<byte> records)
    {
        try
        {
            // the request's bytes are ours alone: the log writes offsets into them
            var result = log.Append(MemoryMarshal.AsMemory(records));
            return TellsStart(result.Error) ? result with { LogStartOffset = log.LogStartOffset } : result;
        }
        catch (IOException failed)
        {
            logger.AppendFailed(log.Partition.ToString(), failed.Message);
            return AppendResult.Refused(KafkaError.KafkaStorageError, failed.Message);
        }
    }

    // what Kafka finds before it looks at single partitions fails all of them
    private AppendResult? Failure(ProduceRequest request, short version)
    {
        // it looks for a first transactional batch: what lies behind that one is not read yet
        foreach (var partition in request.TopicData.SelectMany(topic => topic.PartitionData))
        {
            if (ProducedRecords.IsOfUnknownFormat(partition.Records.Span))
                return ProducedRecords.UnknownFormat;
            if (!ProducedRecords.IsTransactional(partition.Records.Span))
                continue;
            if (request.TransactionalId is null) // nobody is authorized for a transaction without an id
                return AppendResult.Refused(KafkaError.TransactionalIdAuthorizationFailed);
            return SeveralProducers(request, version);
        }

        return null;
    }

    // only what could be appended counts
    private AppendResult? SeveralProducers(ProduceRequest request, short version) =>
        Transactional(request, version).Select(batch => ProducedRecords.ProducerOf(batch.Records.Span))
            .Distinct().Count() > 1
            ? AppendResult.Refused(KafkaError.InvalidProducerIdMapping, "a transaction has one producer id and epoch")
            : null;

    private static ProduceResponse Refuse(ProduceRequest request, AppendResult failure) => new()
    {
        Responses =
        [
            .. request.TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
            {
                Name = topic.Name,
                PartitionResponses = [.. topic.PartitionData.Select(p => Answer(p.Index, failure))],
            }),
        ],
    };

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

    private readonly record struct Appended(
        PartitionLog Log, long NextOffset, ProduceResponse.PartitionProduceResponse Answer);
}
