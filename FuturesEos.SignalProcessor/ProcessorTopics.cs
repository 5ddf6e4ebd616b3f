using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuturesEos.SignalProcessor;

/// <summary>The topics that stage 2 reads and writes.</summary>
internal sealed class ProcessorTopics(
    KafkaSettings kafka, IOptions<EngineOptions> engine, IOptions<ProcessorOptions> own,
    ILogger<ProcessorTopics> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Creates those that are missing, and refuses what cannot be right of those that are there.</summary>
    /// <exception cref="ExpectedFailure">No broker answered in time, or a topic is of another shape.</exception>
    public Task EnsureAsync(CancellationToken stop)
    {
        var topics = Topics.OfSignals.Concat(Topics.OfProcessor(engine.Value.ApplicationId, own.Value.OutputPrefix))
            .Select(t => new TopicSpecification
            {
                Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
            }).ToList();
        return KafkaTopics.EnsureAsync(kafka, topics, Patience, logger, stop);
    }
}
