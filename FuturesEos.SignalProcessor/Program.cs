using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
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

    if (own.Engine is not ("eos" or "streamiz"))
        throw ExpectedFailure.Usage($"--engine {own.Engine}: there is eos (the default) and streamiz");
#if !EOS_STREAMIZ
    if (own.Engine == "streamiz")
    {
        throw ExpectedFailure.Usage(
            "--engine streamiz: this build is without it; on a feed with Streamiz.Kafka.Net: dotnet build -p:EosStreamiz=true");
    }
#endif
    if (own.Grace < TimeSpan.Zero)
        throw ExpectedFailure.Usage($"--grace is {own.Grace}: it cannot be negative");
    var topics = Topics.OfSignals.Concat(Topics.OfProcessor(own.ApplicationId, own.OutputPrefix))
        .Select(t => new TopicSpecification
        {
            Name = t.Name, NumPartitions = t.Partitions, Configs = new Dictionary<string, string>(t.Settings),
        }).ToList();
    await KafkaTopics.EnsureAsync(service.Kafka,
        topics, TimeSpan.FromSeconds(60), service.Loggers.CreateLogger("FuturesEos.SignalProcessor"), stop);

#if EOS_STREAMIZ
    if (own.Engine == "streamiz")
        return await FuturesEos.SignalProcessor.Streamiz.StreamizEngine.RunAsync(service, stop);
#endif
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
