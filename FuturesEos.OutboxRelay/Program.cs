using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.DependencyInjection;

return await ServiceHost.RunAsync(args, OutboxRelayCommand.Create(), async parsed =>
{
    var mode = ServiceCommand.ModeOf(parsed);
    var builder = ServiceHost.CreateBuilder(parsed);
    builder.AddServiceDefaults();
    builder.AddKafkaSettings("kafka");
    builder.AddPostgres("futures", RelayService.PostgresDefaults);
    builder.AddSettings<OutboxRelayOptions>(OutboxRelayCommand.Section);
    if (mode is null)
        builder.Services.AddHostedService<RelayService>();
    else
        builder.Services.AddSingleton<HandOver>();

    var application = builder.Build();
    application.MapDefaultEndpoints();
    if (mode is null)
        return await application.RunServiceAsync();
    return await application.RunOnceAsync(async (services, stop) =>
    {
        var handOver = services.GetRequiredService<HandOver>();
        var progress = await (mode switch
        {
            OutboxRelayCommand.Adopt => handOver.AdoptAsync(stop),
            OutboxRelayCommand.Release => handOver.ReleaseAsync(stop),
            _ => handOver.RepairAsync(stop),
        });
        Console.WriteLine(progress.Position);
    });
});
