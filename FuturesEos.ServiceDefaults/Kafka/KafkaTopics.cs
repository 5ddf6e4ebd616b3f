using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults.Kafka;

/// <summary>
/// Creates the topics that an application declares, and refuses those that are there in another shape.
/// </summary>
public static class KafkaTopics
{
    private const short WantedReplication = 3;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Waits for a broker, creates what is missing (three replicas and two in sync where three brokers are), waits
    /// until the metadata shows it, and compares the number of partitions of what was there. Safe to run by several
    /// processes at once.
    /// </summary>
    /// <param name="settings">Where Kafka is.</param>
    /// <param name="topics">Name, partitions and settings; the replication factor is chosen here.</param>
    /// <param name="patience">How long to wait for a broker that does not answer.</param>
    /// <param name="logger">Told what was created, and what is waited for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ExpectedFailure">No broker answered in time, or a topic has another number of
    /// partitions.</exception>
    public static async Task EnsureAsync(
        KafkaSettings settings,
        IReadOnlyList<TopicSpecification> topics,
        TimeSpan patience,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).Build();
        var start = Stopwatch.GetTimestamp();
        var metadata = await KafkaProbe.WaitForBrokerAsync(admin, settings, patience, logger, cancellationToken);
        var replication = (short)Math.Min(WantedReplication, metadata.Brokers.Count);
        var existing = metadata.Topics.Select(topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
        var missing = topics.Where(topic => !existing.Contains(topic.Name)).ToList();
        // Metadata leaves out a broker that is down just now, and Kafka places a replica on it all the same: a topic
        // that is made meanwhile must not have two replicas for ever. Where there are no three at all, the broker says
        // so.
        await WaitOutAsync(
            async () =>
            {
                if (missing.Count > 0
                    && !await TryCreateAsync(
                        admin, missing, WantedReplication, isLast: replication == WantedReplication, logger))
                    await TryCreateAsync(admin, missing, replication, isLast: true, logger);
            },
            start, patience, cancellationToken);

        while (true)
        {
            await WaitOutAsync(
                () => Task.FromResult(metadata = admin.GetMetadata(RequestTimeout)), start, patience,
                cancellationToken);
            if (Unready(metadata, topics) is not { } unready)
                break;
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"topic {unready} was created and has no leader after {patience.TotalSeconds:0} s; "
                        + "look at the brokers' logs");
            await Task.Delay(50, cancellationToken);
        }

        foreach (var topic in topics) RefuseOtherPartitionCount(metadata, topic);
    }

    // A broker that moves or restarts just now ends no service.
    private static async Task WaitOutAsync(
        Func<Task> call, long start, TimeSpan patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (KafkaException e) when (Failures.KindOf(e) == FailureKind.Outage
                && Stopwatch.GetElapsedTime(start) < patience)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    // False: there are fewer brokers than that.
    private static async Task<bool> TryCreateAsync(
        IAdminClient admin, List<TopicSpecification> missing, short replication, bool isLast, ILogger logger)
    {
        var wanted = missing.ConvertAll(topic =>
        {
            var configs = new Dictionary<string, string>(topic.Configs ?? []);
            if (replication >= WantedReplication) configs.TryAdd("min.insync.replicas", "2");
            return new TopicSpecification
            {
                Name = topic.Name, NumPartitions = topic.NumPartitions, ReplicationFactor = replication,
                Configs = configs,
            };
        });
        try
        {
            await admin.CreateTopicsAsync(wanted, new CreateTopicsOptions
            {
                RequestTimeout = TimeSpan.FromSeconds(30),
                OperationTimeout = TimeSpan.FromSeconds(30)
            });
            foreach (var topic in wanted) logger.TopicCreated(topic.Name, topic.NumPartitions, replication);
            return true;
        }
        catch (CreateTopicsException e) when (!isLast
            && e.Results.Any(result => result.Error.Code == ErrorCode.InvalidReplicationFactor))
        {
            return false;
        }
        catch (CreateTopicsException e)
        {
            // another process may have been faster: that is what was wanted
            var failed = e.Results.FirstOrDefault(r => r.Error.IsError && r.Error.Code != ErrorCode.TopicAlreadyExists);
            if (failed is not null && Failures.KindOf(new KafkaException(failed.Error)) == FailureKind.Outage)
                throw new KafkaException(failed.Error);
            if (failed is not null)
                throw new ExpectedFailure(ExitCode.Unreachable,
                    $"topic {failed.Topic} could not be created: {failed.Error.Reason}{Hint(failed)}", e);
            return true;
        }
    }

    // a topic that a user has no right to is not shown to him: it looks as if it were not there
    private static string Hint(CreateTopicReport failed) => failed.Error.Code == ErrorCode.TopicAuthorizationFailed
        ? " If it is there, this user has no right to it: he needs Read or Write on it."
        : "";

    private static string? Unready(Metadata metadata, IReadOnlyList<TopicSpecification> topics) =>
        topics.FirstOrDefault(wanted =>
            metadata.Topics.FirstOrDefault(topic => topic.Topic == wanted.Name) is not { } there
            || there.Partitions.Count == 0
            || there.Partitions.Any(partition => partition.Leader < 0))?.Name;

    private static void RefuseOtherPartitionCount(Metadata metadata, TopicSpecification wanted)
    {
        var there = metadata.Topics.First(topic => topic.Topic == wanted.Name).Partitions.Count;
        if (there != wanted.NumPartitions)
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"topic {wanted.Name} has {there} partitions, {wanted.NumPartitions} are needed: a symbol "
                    + "would change its partition; "
                + "use another prefix, or delete the topic and replay its input");
    }
}
