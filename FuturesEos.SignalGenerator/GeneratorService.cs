using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuturesEos.SignalGenerator;

/// <summary>Sends what its source gives, and ends the host with it.</summary>
internal sealed class GeneratorService(
    RecordSource source,
    KafkaSettings kafka,
    ServiceHealth health,
    ILogger<GeneratorService> logger,
    IHostApplicationLifetime host) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var topics = Topics.OfSignals.Select(t => new TopicSpecification
        {
            Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
        }).ToList();
        await KafkaTopics.EnsureAsync(kafka, topics, Patience, logger, stoppingToken);

        using var publisher = new SignalPublisher(kafka, logger);
        health.Ready();
        try
        {
            await foreach (var record in source.Records.WithCancellation(stoppingToken))
            {
                await publisher.SendAsync(record, stoppingToken);
                health.Beat();
            }
        }
        finally
        {
            publisher.Complete(); // whatever ended it: what was taken is delivered, and counted
            Console.WriteLine($"sent {publisher.Delivered} signals{source.Remark()}");
        }

        host.StopApplication();
    }
}
