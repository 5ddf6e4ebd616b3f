using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.SignalProcessor;
using FuturesEos.SignalProcessor.Streamiz;
using Microsoft.Extensions.DependencyInjection;

var command = ProcessorCommand.Create("signals to decisions on Streamiz.Kafka.Net (docs/engines.md)");
return await ServiceHost.RunAsync(args, command, async parsed =>
{
    var builder = ServiceHost.CreateBuilder(parsed);
    builder.AddServiceDefaults();
    builder.AddKafkaSettings("kafka");
    builder.AddSettings<EngineOptions>(ProcessorCommand.Engine);
    builder.AddSettings<ProcessorOptions>(ProcessorCommand.Own);
    builder.Services.AddSingleton<ProcessorTopics>();
    builder.Services.AddHostedService<StreamizService>();

    var application = builder.Build();
    application.MapDefaultEndpoints();
    return await application.RunServiceAsync();
});
