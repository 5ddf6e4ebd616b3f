using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.SignalProcessor;
using Microsoft.Extensions.DependencyInjection;

var command = ProcessorCommand.Create("signals to decisions, exactly once");
return await ServiceHost.RunAsync(args, command, async parsed =>
{
    var builder = ServiceHost.CreateBuilder(parsed);
    builder.AddServiceDefaults();
    builder.AddKafkaSettings("kafka");
    builder.AddSettings<EngineOptions>(ProcessorCommand.Engine);
    builder.AddSettings<ProcessorOptions>(ProcessorCommand.Own);
    builder.Services.AddSingleton<ProcessorTopics>();
    builder.Services.AddHostedService<ProcessorService>();

    var application = builder.Build();
    application.MapDefaultEndpoints();
    return await application.RunServiceAsync();
});
