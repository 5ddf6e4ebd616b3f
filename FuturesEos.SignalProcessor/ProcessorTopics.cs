using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.SignalProcessor;

/// <summary>The topics that stage 2 reads and writes.</summary>
internal static class ProcessorTopics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Creates those that are missing, and refuses what cannot be right of those that are there.</summary>
    public static Task EnsureAsync(ServiceContext<ProcessorOptions> service, CancellationToken stop)
    {
        var own = service.Options;
        if (own.Grace < TimeSpan.Zero)
            throw ExpectedFailure.Usage($"--grace is {own.Grace}: it cannot be negative");
        var topics = Topics.OfSignals.Concat(Topics.OfProcessor(own.ApplicationId, own.OutputPrefix))
            .Select(t => new TopicSpecification
            {
                Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
            }).ToList();
        return KafkaTopics.EnsureAsync(
            service.Kafka, topics, Patience, service.Loggers.CreateLogger("FuturesEos.SignalProcessor"), stop);
    }
}
