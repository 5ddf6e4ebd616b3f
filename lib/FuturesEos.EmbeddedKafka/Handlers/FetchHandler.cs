using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Reads whole batches as they lie in the logs, and waits while there are too few. Sessions (KIP-227) are never opened:
/// the answer carries session 0, and clients go on with full requests.
/// </summary>
internal sealed class FetchHandler(TopicRegistry topics, EmbeddedKafkaOptions options)
    : IRequestHandler<FetchRequest, FetchResponse>
{
    private const int ReadCommitted = 1;
    private const int AnswerBytesMax = 64 << 20;
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);

    public async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context)
    {
        if (request.SessionId != 0)
            return new FetchResponse { ErrorCode = KafkaError.FetchSessionIdNotFound };
        var end = options.Time.GetElapsedTime(0)
            + Min(TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs)), WaitMax);
        var wanted = Find(request);
        while (true)
        {
            var left = end - options.Time.GetElapsedTime(0);
            if (left <= TimeSpan.Zero)
                return Answer(request, wanted, context, isFinal: true);

            // watch before reading: what moves in between must not be missed
            var waiter = new LogWaiter(request.IsolationLevel == ReadCommitted);
            foreach (var (_, log) in wanted)
                log?.Watch(waiter);
            try
            {
                if (Answer(request, wanted, context, isFinal: false) is { } enough)
                    return enough;
                await WaitAsync(waiter, left, context.Closing);
            }
            finally
            {
                foreach (var (_, log) in wanted)
                    log?.Unwatch(waiter);
            }
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private List<(FetchRequest.FetchPartition Asked, PartitionLog? Log)> Find(FetchRequest request)
    {
        var found = new List<(FetchRequest.FetchPartition, PartitionLog?)>();
        foreach (var topic in request.Topics)
        {
            var logs = topics.Find(topic.Topic);
            foreach (var partition in topic.Partitions)
                found.Add((partition, logs?.Partition(partition.Partition)));
        }

        return found;
    }

    private async Task WaitAsync(LogWaiter waiter, TimeSpan left, CancellationToken closing)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(closing);
        var deadline = Task.Delay(left, options.Time, over.Token);
        await Task.WhenAny(waiter.Moved, deadline);
        closing.ThrowIfCancellationRequested();
        over.Cancel();
    }

    /// <summary>The answer, or null when it would be too small to be sent already.</summary>
    private static FetchResponse? Answer(
        FetchRequest request,
        List<(FetchRequest.FetchPartition Asked, PartitionLog? Log)> wanted,
        RequestContext context,
        bool isFinal)
    {
        var reads = new List<LogRead>();
        var left = Math.Min(Math.Max(request.MaxBytes, 0), AnswerBytesMax);
        var got = 0;
        var hasError = false;
        var at = 0;
        var response = new FetchResponse
        {
            Responses = new FetchResponse.FetchableTopicResponse[request.Topics.Length],
        };
        for (var t = 0; t < request.Topics.Length; t++)
        {
            var partitions = new FetchResponse.PartitionData[request.Topics[t].Partitions.Length];
            for (var p = 0; p < partitions.Length; p++, at++)
            {
                partitions[p] = Read(wanted[at], request.IsolationLevel == ReadCommitted, left, got == 0, reads);
                got += partitions[p].Records.Length;
                left = Math.Max(0, left - partitions[p].Records.Length);
                hasError |= partitions[p].ErrorCode != KafkaError.None;
            }

            response.Responses[t] = new() { Topic = request.Topics[t].Topic, Partitions = partitions };
        }

        var isEnough = isFinal || hasError || wanted.Count == 0 || got >= request.MinBytes;
        foreach (var read in reads)
        {
            if (isEnough)
                context.Hold(read);
            else
                read.Dispose();
        }

        return isEnough ? response : null;
    }

    private static FetchResponse.PartitionData Refuse(FetchRequest.FetchPartition asked, KafkaError error) => new()
    {
        PartitionIndex = asked.Partition,
        ErrorCode = error,
        HighWatermark = -1,
        AbortedTransactions = error == KafkaError.UnknownTopicOrPartition ? [] : null,
    };

    private static FetchResponse.PartitionData Read(
        (FetchRequest.FetchPartition Asked, PartitionLog? Log) wanted,
        bool isReadCommitted,
        int bytesLeft,
        bool isFirst,
        List<LogRead> reads)
    {
        var (asked, log) = wanted;
        var refusal = log is null
            ? KafkaError.UnknownTopicOrPartition
            : LeaderEpochs.Check(log, asked.CurrentLeaderEpoch);
        if (refusal != KafkaError.None)
            return Refuse(asked, refusal);
        var read = log!.Read(asked.FetchOffset, Math.Min(asked.PartitionMaxBytes, bytesLeft), isReadCommitted, isFirst);
        reads.Add(read);
        if (read.Error != KafkaError.None)
            return Refuse(asked, read.Error);
        return new()
        {
            PartitionIndex = asked.Partition,
            HighWatermark = read.HighWatermark,
            LastStableOffset = read.LastStableOffset,
            LogStartOffset = read.LogStartOffset,
            Records = read.Records,
            AbortedTransactions = read.Aborted is null
                ? null
                :
                [
                    .. read.Aborted.Select(aborted => new FetchResponse.AbortedTransaction
                    {
                        ProducerId = aborted.ProducerId,
                        FirstOffset = aborted.FirstOffset,
                    }),
                ],
        };
    }
}
