using FuturesEos.OrderManager;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

return await ServiceHost.RunAsync(args, OrderManagerCommand.Create(), async parsed =>
{
    var builder = ServiceHost.CreateBuilder(parsed);
    builder.AddServiceDefaults();
    builder.AddPostgres("futures", OrderService.PostgresDefaults);
    builder.AddSettings<OrderManagerOptions>(OrderManagerCommand.Section);
    builder.Services.AddSingleton(services => new DatabaseMigrator(
        services.GetRequiredService<PostgresSettings>().ConnectionString,
        services.GetRequiredService<IOptions<OrderManagerOptions>>().Value.Slot,
        Migration.All));
    var isMigration = ServiceCommand.ModeOf(parsed) == OrderManagerCommand.Migrate;
    if (!isMigration)
    {
        builder.AddKafkaSettings("kafka");
        builder.Services.AddHostedService<OrderService>();
    }

    var application = builder.Build();
    application.MapDefaultEndpoints();
    if (!isMigration)
        return await application.RunServiceAsync();
    return await application.RunOnceAsync(async (services, stop) =>
    {
        foreach (var line in await services.GetRequiredService<DatabaseMigrator>().RunAsync(stop))
            Console.WriteLine(line);
    });
});
