using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.SignalGenerator;

const string usage =
    "FuturesEos.SignalGenerator: sends signals. Without a word: synthetic ones, or those of --trades FILE; "
    + "burst [N] [--identical]: N at once; send: the JSON lines of standard input, byte for byte";

return await ServiceHost.RunAsync<GeneratorOptions>(args, usage, async (service, stop) =>
{
    var logger = service.Loggers.CreateLogger("FuturesEos.SignalGenerator");
    var source = new RecordSources(
        service.Options, service.Time, service.Health.Beat).Choose(service.Words, Console.OpenStandardInput);
    var topics = Topics.OfSignals.Select(t => new TopicSpecification
    {
        Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
    }).ToList();
    await KafkaTopics.EnsureAsync(service.Kafka, topics, TimeSpan.FromSeconds(30), logger, stop);

    using var publisher = new SignalPublisher(service.Kafka, logger);
    service.Health.Ready();
    try
    {
        await foreach (var record in source.Records.WithCancellation(stop))
        {
            await publisher.SendAsync(record, stop);
            service.Health.Beat();
        }
    }
    finally
    {
        publisher.Complete(); // whatever ended it: what was taken is delivered, and counted
        Console.WriteLine($"sent {publisher.Delivered} signals{source.Remark()}");
    }

    return ExitCode.Ok;
});
