using FuturesEos.OutboxRelay;
using FuturesEos.ServiceDefaults;

return await ServiceHost.RunAsync<OutboxRelayOptions>(
    args,
    "FuturesEos.OutboxRelay [adopt|release|repair] [OPTIONS]: outbox rows to order events, by "
        + "logical decoding; adopt only"
        + " takes the slot over from Debezium, release only hands it over, repair only sends what "
        + "Kafka lacks; each prints"
        + " where to go on",
    async (context, stop) =>
    {
        var logger = context.Loggers.CreateLogger("FuturesEos.OutboxRelay");
        switch (context.Words)
        {
            case []:
                var relay = new RelayService(
                    context.Postgres, context.Kafka, context.Options, context.Health, logger, context.Time);
                await relay.RunAsync(stop);
                return ExitCode.Ok;
            case [var mode] when mode is "adopt" or "release" or "repair":
                var handOver = new HandOver(context.Postgres, context.Kafka, context.Options, logger, context.Time);
                var progress = await (mode switch
                {
                    "adopt" => handOver.AdoptAsync(stop),
                    "release" => handOver.ReleaseAsync(stop),
                    _ => handOver.RepairAsync(stop),
                });
                Console.WriteLine(progress.Position);
                return ExitCode.Ok;
            default:
                throw ExpectedFailure.Usage(
                    $"there is no mode '{string.Join(' ', context.Words)}', only adopt, release and repair; "
                        + "--help lists the options");
        }
    });
