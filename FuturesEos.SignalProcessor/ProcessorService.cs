using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Streams;
using FuturesEos.Streams.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuturesEos.SignalProcessor;

/// <summary>Stage 2 on our engine.</summary>
internal sealed class ProcessorService(
    KafkaSettings kafka,
    IOptions<EngineOptions> engine,
    IOptions<ProcessorOptions> own,
    ProcessorTopics topics,
    ServiceHealth health,
    ILoggerFactory loggers,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = engine.Value.For(kafka);
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw ExpectedFailure.Usage(e.Message);
        }

        await topics.EnsureAsync(stoppingToken);
        var host = new StreamsHost(
            options, _ => new SignalTask(own.Value.OutputPrefix, own.Value.Grace), loggers, time);
        using var reporting = new HealthReport(host, health, time);
        try
        {
            await host.RunAsync(stoppingToken);
        }
        catch (StreamsFatalException e)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, e.Message, e);
        }
    }
}
