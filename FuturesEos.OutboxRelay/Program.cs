using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults;

return await ServiceHost.RunAsync<OutboxRelayOptions>(
    args,
    "FuturesEos.OutboxRelay [OPTIONS]: outbox rows to order events, by logical decoding",
    async (context, stop) =>
    {
        if (context.Words.Count > 0)
            throw ExpectedFailure.Usage($"there is no mode '{context.Words[0]}'; --help lists the options");
        var logger = context.Loggers.CreateLogger("FuturesEos.OutboxRelay");
        var relay = new RelayService(context.Postgres, context.Kafka, context.Options, context.Health, logger,
            context.Time);
        await relay.RunAsync(stop);
        return ExitCode.Ok;
    });
