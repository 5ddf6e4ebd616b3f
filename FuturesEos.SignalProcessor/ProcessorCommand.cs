using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuturesEos.SignalProcessor;

/// <summary>The command line of both processors, and what they have in common beside the engine.</summary>
internal static class ProcessorCommand
{
    private const string Engine = "Streams";
    private const string Own = "Processor";

    public static ServiceCommand Create(string description) =>
        new ServiceCommand(description).Takes<EngineOptions>(Engine).Takes<ProcessorOptions>(Own);

    /// <summary>Runs a processor until it is stopped.</summary>
    /// <typeparam name="TService">Its engine.</typeparam>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync<TService>(string[] args, string description)
        where TService : BackgroundService => ServiceHost.RunAsync(args, Create(description), async parsed =>
        {
            var builder = ServiceHost.CreateBuilder(parsed);
            builder.AddServiceDefaults();
            builder.AddKafkaSettings("kafka");
            builder.AddSettings<EngineOptions>(Engine);
            builder.AddSettings<ProcessorOptions>(Own);
            builder.Services.AddSingleton<ProcessorTopics>();
            builder.Services.AddHostedService<TService>();

            var application = builder.Build();
            application.MapDefaultEndpoints();
            return await application.RunServiceAsync();
        });
}
