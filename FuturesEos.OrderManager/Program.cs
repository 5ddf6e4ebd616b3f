using FuturesEos.OrderManager;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;

return await ServiceHost.RunAsync<OrderManagerOptions>(
    args,
    "FuturesEos.OrderManager [migrate] [OPTIONS]: decisions to orders, in PostgreSQL; migrate only brings the"
        + " database up to date",
    async (context, stop) =>
    {
        if (context.Options.Validate() is { } wrong)
            throw ExpectedFailure.Usage(wrong);
        if (context.Words is ["migrate"])
        {
            foreach (var line in await new DatabaseMigrator(context.Postgres, context.Options.Slot, Migration.All)
                .RunAsync(stop))
                Console.WriteLine(line);
            return ExitCode.Ok;
        }

        if (context.Words.Count > 0)
            throw ExpectedFailure.Usage($"there is no mode '{context.Words[0]}', only migrate");
        var logger = context.Loggers.CreateLogger("FuturesEos.OrderManager");
        var service = new OrderService(
            context.Postgres, context.Kafka, context.Options, context.Health, logger, context.Time);
        await service.RunAsync(stop);
        return ExitCode.Ok;
    });
