using FuturesEos.OrderManager;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;

return await ServiceHost.RunAsync<OrderManagerOptions>(
    args,
    "FuturesEos.OrderManager [migrate] [OPTIONS]: decisions to orders, in PostgreSQL; migrate only brings the"
        + " database up to date",
    async (context, stop) =>
    {
        if (context.Words is ["migrate"])
        {
            foreach (var line in await new DatabaseMigrator(context.Postgres, context.Options.Slot, Migration.All)
                .RunAsync(stop))
                Console.WriteLine(line);
            return ExitCode.Ok;
        }

        throw ExpectedFailure.Usage($"there is no mode '{string.Join(' ', context.Words)}'; --help lists what"
            + $" there is");
    });
