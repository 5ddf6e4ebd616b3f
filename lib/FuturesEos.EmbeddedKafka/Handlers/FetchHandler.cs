using FuturesEos.EmbeddedKafka.Fetching;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Reads whole batches as they lie in the logs, and waits while there are too few. The memory for them is taken out of
/// a budget that all answers share: what does not fit comes with a later fetch, one batch at least in the end.
/// </summary>
internal sealed class FetchHandler(
    TopicRegistry topics, FetchSessions sessions, MemoryLimits memory, EmbeddedKafkaOptions options)
    : IRequestHandler<FetchRequest, FetchResponse>
{
    private const int ReadCommitted = 1;
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);

    private readonly RequestBudget _budget = new(memory.Answers);

    public async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context)
    {
        var plan = sessions.Plan(request, context.Version);
        if (plan.Error != KafkaError.None)
            return new FetchResponse { ErrorCode = plan.Error };
        var end = options.Time.GetElapsedTime(0)
            + Min(TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs)), WaitMax);
        var wanted = Find(plan);
        var grant = new ReadGrant(_budget, memory.UncountedAnswer);
        try
        {
            while (true)
            {
                var left = end - options.Time.GetElapsedTime(0);
                if (left <= TimeSpan.Zero)
                {
                    if (Answer(request, plan, wanted, grant, context, isFinal: true) is { } last)
                        return last;
                    await grant.WaitAsync(context.Closing);
                    continue;
                }

                // watch before reading: what moves in between must not be missed
                var waiter = new LogWaiter(request.IsolationLevel == ReadCommitted);
                foreach (var (_, _, log) in wanted)
                    log?.Watch(waiter);
                try
                {
                    if (Answer(request, plan, wanted, grant, context, isFinal: false) is { } enough)
                        return enough;
                    if (grant.IsShort)
                        await grant.WaitAsync(context.Closing);
                    else
                        await WaitAsync(waiter, left, context.Closing);
                }
                finally
                {
                    foreach (var (_, _, log) in wanted)
                        log?.Unwatch(waiter);
                }
            }
        }
        finally
        {
            grant.GiveBack();
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private List<Wanted> Find(FetchPlan plan)
    {
        var found = new List<Wanted>(plan.Partitions.Count);
        foreach (var partition in plan.Partitions)
        {
            var error = partition.Find(topics, out var log);
            if (error == KafkaError.None)
                error = LeaderEpochs.Check(log!, partition.Asked.CurrentLeaderEpoch);
            found.Add(new(partition, error, log));
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

    /// <summary>
    /// The answer, or null when it would be too small to be sent already, or there is no memory for any record of it.
    /// </summary>
    private FetchResponse? Answer(
        FetchRequest request,
        FetchPlan plan,
        List<Wanted> wanted,
        ReadGrant grant,
        RequestContext context,
        bool isFinal)
    {
        var reads = new List<LogRead>(wanted.Count);
        var answers = new List<(FetchPartition Partition, FetchResponse.PartitionData Found)>(wanted.Count);
        var left = Math.Min(Math.Max(request.MaxBytes, 0), memory.Answer);
        var got = 0;
        var hasError = false;
        foreach (var partition in wanted)
        {
            var found = Read(partition, request.IsolationLevel == ReadCommitted, left, got == 0, grant, reads);
            answers.Add((partition.Partition, found));
            got += found.Records.Length;
            left = grant.IsShort ? 0 : Math.Max(0, left - found.Records.Length);
            hasError |= found.ErrorCode != KafkaError.None;
        }

        var isStarved = grant.IsShort && got == 0 && !hasError;
        var isEnough = !isStarved
            && (isFinal || grant.IsShort || hasError || wanted.Count == 0 || got >= request.MinBytes);
        foreach (var read in reads)
        {
            if (isEnough)
                context.Hold(read);
            else
                read.Dispose();
        }

        if (!isEnough)
            return null;
        var told = plan.Session?.Choose(answers, plan.IsFull) ?? answers;
        return new FetchResponse { SessionId = plan.Session?.Id ?? 0, Responses = ByTopic(told) };
    }

    // neighbours of one topic stand together
    private static FetchResponse.FetchableTopicResponse[] ByTopic(
        List<(FetchPartition Partition, FetchResponse.PartitionData Found)> answers)
    {
        var topics = new List<FetchResponse.FetchableTopicResponse>();
        for (var first = 0; first < answers.Count;)
        {
            var (name, id) = (answers[first].Partition.Name, answers[first].Partition.TopicId);
            var next = first + 1;
            while (next < answers.Count && IsOf(answers[next].Partition))
                next++;
            var partitions = new FetchResponse.PartitionData[next - first];
            for (var i = 0; i < partitions.Length; i++)
                partitions[i] = answers[first + i].Found;
            topics.Add(new() { Topic = name, TopicId = id, Partitions = partitions });
            first = next;

            bool IsOf(FetchPartition other) => other.TopicId == id && other.Name == name;
        }

        return [.. topics];
    }

    private static FetchResponse.PartitionData Refuse(FetchRequest.FetchPartition asked, KafkaError error) => new()
    {
        PartitionIndex = asked.Partition,
        ErrorCode = error,
        HighWatermark = -1,
        AbortedTransactions = error is KafkaError.UnknownTopicOrPartition or KafkaError.UnknownTopicId ? [] : null,
    };

    private static FetchResponse.PartitionData Read(
        Wanted wanted,
        bool isReadCommitted,
        int bytesLeft,
        bool isFirst,
        ReadGrant grant,
        List<LogRead> reads)
    {
        var (partition, refusal, log) = wanted;
        var asked = partition.Asked;
        if (refusal != KafkaError.None)
            return Refuse(asked, refusal);
        var read = log!.Read(
            asked.FetchOffset, Math.Min(asked.PartitionMaxBytes, bytesLeft), isReadCommitted, isFirst, grant);
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

    private readonly record struct Wanted(FetchPartition Partition, KafkaError Error, PartitionLog? Log);
}
