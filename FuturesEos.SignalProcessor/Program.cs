using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.SignalProcessor;
using FuturesEos.Streams;
using FuturesEos.Streams.Errors;

return await ServiceHost.RunAsync<ProcessorOptions>(
    args, "FuturesEos.SignalProcessor: signals to decisions, exactly once", async (service, stop) =>
{
    var own = service.Options;
    var options = new StreamsOptions
    {
        ApplicationId = own.ApplicationId,
        BootstrapServers = service.Kafka.BootstrapServers,
        ClientSettings = service.Kafka.Extra,
        InputTopics = [.. Topics.OfSignals.Select(t => t.Name)],
        StoreName = "signal-windows",
        StateDirectory = own.StateDirectory,
        Store = own.Store,
        InstanceId = own.InstanceId,
        Threads = own.Threads,
        CommitInterval = own.CommitInterval,
        EagerCommitSpacing = own.CommitInterval < StreamsOptions.DefaultEagerCommitSpacing
            ? own.CommitInterval : StreamsOptions.DefaultEagerCommitSpacing,
        MaxTransactionRecords = own.MaxTransactionRecords,
        TransactionTimeout = own.TransactionTimeout,
        SessionTimeout = own.SessionTimeout,
        StaticMembership = own.StaticMembership,
    };
    try
    {
        options.Validate();
    }
    catch (ArgumentException e)
    {
        throw ExpectedFailure.Usage(e.Message);
    }

    await ProcessorTopics.EnsureAsync(service, stop);
    var engine = new StreamsHost(
        options, _ => new SignalTask(own.OutputPrefix, own.Grace), service.Loggers, service.Time);
    using var reporting = new HealthReport(engine, service.Health, service.Time);
    try
    {
        await engine.RunAsync(stop);
        return ExitCode.Ok;
    }
    catch (StreamsFatalException e)
    {
        throw new ExpectedFailure(ExitCode.CheckFailed, e.Message, e);
    }
});
