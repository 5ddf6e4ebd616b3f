using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Cli.Reading;

/// <summary>Where topics end and how far groups are: asked of the brokers, without reading a record.</summary>
internal sealed class TopicOffsets : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private readonly IAdminClient _admin;

    private readonly KafkaSettings _settings;
    private readonly Dictionary<string, IConsumer<Ignore, Ignore>> _groups = [];

    private TopicOffsets(KafkaSettings settings, IAdminClient admin, Metadata metadata) =>
        (_settings, _admin, Metadata) = (settings, admin, metadata);

    /// <summary>The cluster as it was when this was opened.</summary>
    public Metadata Metadata { get; }

    /// <summary>The client, for questions that are asked in one place only.</summary>
    public IAdminClient Admin => _admin;

    /// <summary>Finds the brokers.</summary>
    /// <exception cref="ExpectedFailure">None answers.</exception>
    public static async Task<TopicOffsets> OpenAsync(KafkaSettings settings, CancellationToken cancellationToken)
    {
        var admin = new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).Build();
        try
        {
            var metadata = await KafkaProbe.WaitForBrokerAsync(
                admin, settings, Patience, NullLogger.Instance, cancellationToken);
            return new TopicOffsets(settings, admin, metadata);
        }
        catch
        {
            admin.Dispose();
            throw;
        }
    }

    /// <summary>Partitions of a topic.</summary>
    /// <exception cref="ExpectedFailure">There is no such topic.</exception>
    public IEnumerable<TopicPartition> Partitions(string topic)
    {
        var there = Metadata.Topics.Find(t => t.Topic == topic && t.Partitions.Count > 0)
            ?? throw ExpectedFailure.Unreachable(
                $"there is no topic {topic} at {Metadata.OriginatingBrokerName}; start the pipeline with 'eos up', "
                    + "or correct --bootstrap-servers");
        return there.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId));
    }

    /// <summary>Whether there is such a topic.</summary>
    public bool HasTopic(string topic) => Metadata.Topics.Exists(t => t.Topic == topic && t.Partitions.Count > 0);

    /// <summary>
    /// Ends of partitions: read committed, the last stable offset; read uncommitted, the end of the log.
    /// </summary>
    public async Task<Dictionary<TopicPartition, long>> EndsAsync(
        IEnumerable<TopicPartition> partitions, IsolationLevel isolation) =>
        await OffsetsAsync(partitions, OffsetSpec.Latest(), isolation);

    /// <summary>Starts of partitions.</summary>
    public async Task<Dictionary<TopicPartition, long>> StartsAsync(IEnumerable<TopicPartition> partitions) =>
        await OffsetsAsync(partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted);

    /// <summary>
    /// A group's committed offsets, those of open transactions left out; partitions without one are absent.
    /// </summary>
    /// <remarks>
    /// Asked by a consumer that never joins, not by the admin client: that one dereferences null when the coordinator
    /// has moved (librdkafka 2.16, rd_kafka_handle_OffsetFetch on NOT_COORDINATOR; TopicOffsetsTests). It reads
    /// uncommitted so that it does not wait for stable offsets.
    /// </remarks>
    public Task<Dictionary<TopicPartition, long>> GroupAsync(string group, IEnumerable<TopicPartition> partitions) =>
        Task.Run(() =>
        {
            if (!_groups.TryGetValue(group, out var consumer))
            {
                var config = _settings.Consumer(group);
                config.IsolationLevel = IsolationLevel.ReadUncommitted;
                consumer = new ConsumerBuilder<Ignore, Ignore>(config)
                    .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
                _groups.Add(group, consumer);
            }

            return Committed(consumer, group, [.. partitions])
                .Where(offset => offset.Offset.Value >= 0)
                .ToDictionary(offset => offset.TopicPartition, offset => offset.Offset.Value);
        });

    public void Dispose()
    {
        foreach (var consumer in _groups.Values) consumer.Dispose();
        _admin.Dispose();
    }

    // A coordinator that starts, or moves, is asked again.
    private static List<TopicPartitionOffset> Committed(
        IConsumer<Ignore, Ignore> consumer, string group, TopicPartition[] partitions)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return consumer.Committed(partitions, RequestTimeout);
            }
            catch (KafkaException e) when (clock.Elapsed < RequestTimeout
                && e.Error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable
                    or ErrorCode.GroupLoadInProgress)
            {
                Thread.Sleep(50);
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_TimedOut)
            {
                throw ExpectedFailure.Unreachable(
                    $"the committed offsets of the group {group} were not told within "
                        + $"{RequestTimeout.TotalSeconds:0} s: look whether all brokers are there ('eos doctor'), "
                        + "and whether this user may describe it",
                    e);
            }
        }
    }

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(
        IEnumerable<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
    {
        var wanted = partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec })
            .ToList();
        if (wanted.Count == 0) return [];
        var result = await _admin.ListOffsetsAsync(
            wanted, new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = RequestTimeout });
        return result.ResultInfos.ToDictionary(
            info => info.TopicPartitionOffsetError.TopicPartition, info => Told(info.TopicPartitionOffsetError));

        // librdkafka 2.16 leaves a partition whose broker could not be asked at its initial "none", without an error:
        // not an empty partition (TopicOffsetsTests)
        static long Told(TopicPartitionOffsetError told) => told.Offset.Value >= 0
            ? told.Offset.Value
            : throw new KafkaException(
                new Error(ErrorCode.Local_Transport, $"the leader of {told.TopicPartition} did not answer"));
    }
}
