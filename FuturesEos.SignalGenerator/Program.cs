using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.SignalGenerator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

return await ServiceHost.RunAsync(args, GeneratorCommand.Create(), async parsed =>
{
    var builder = ServiceHost.CreateBuilder(parsed);
    builder.AddServiceDefaults();
    builder.AddSettings<GeneratorOptions>(GeneratorCommand.Section);
    builder.AddKafkaSettings("kafka");
    builder.Services.AddHostedService<GeneratorService>();
    builder.Services.AddSingleton(services => new RecordSources(
        services.GetRequiredService<IOptions<GeneratorOptions>>().Value,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ServiceHealth>().Beat,
        services.GetRequiredService<KafkaSettings>())
        .Choose(GeneratorCommand.WordsOf(parsed), Console.OpenStandardInput));

    var application = builder.Build();
    application.MapDefaultEndpoints();
    return await application.RunServiceAsync();
});
