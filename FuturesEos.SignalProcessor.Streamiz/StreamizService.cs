using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Streamiz.Kafka.Net;
using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.State;
using Streamiz.Kafka.Net.Stream;

namespace FuturesEos.SignalProcessor.Streamiz;

/// <summary>
/// The same topology on Streamiz.Kafka.Net, for those who know it. <c>docs/engines.md</c> says what differs.
/// </summary>
internal sealed class StreamizService(
    KafkaSettings kafka,
    IOptions<EngineOptions> engine,
    IOptions<ProcessorOptions> own,
    ProcessorTopics topics,
    ServiceHealth health,
    ILoggerFactory loggers,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // until it is stopped; a failure that the engine stopped with is an expected one
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (kafka.ForEveryClient.Count > 0)
            throw ExpectedFailure.Usage(
                "Streamiz is given no Kafka__ settings here; use the default engine with them");
        await topics.EnsureAsync(stoppingToken);
        StreamizTask.OutputPrefix = own.Value.OutputPrefix;
        StreamizTask.GraceMs = (long)own.Value.Grace.TotalMilliseconds;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stream = new KafkaStream(Topology(engine.Value), Settings(engine.Value));
        stream.StateChanged += (_, to) =>
        {
            if (to.ToString() == "RUNNING") health.Ready();
            else health.NotReady(to.ToString());
            if (to.ToString() == "ERROR") failed.TrySetResult();
        };
        await stream.StartAsync(); // not with the token: it would dispose of itself, and once more is an error
        while (!stoppingToken.IsCancellationRequested && !failed.Task.IsCompleted)
        {
            // it does not tell whether its loop turns; that it has not failed is all that is known
            health.Beat();
            await Task.WhenAny(failed.Task, Task.Delay(LookEvery, time, stoppingToken));
        }

        if (failed.Task.IsCompleted)
            throw new ExpectedFailure(
                ExitCode.CheckFailed, "Streamiz has stopped with an error, named above; start it again");
    }

    private static global::Streamiz.Kafka.Net.Stream.Topology Topology(EngineOptions options)
    {
        var bytes = new ByteArraySerDes();
        var builder = new StreamBuilder();
        IKStream<byte[], byte[]> Signals(Timeframe timeframe) =>
            builder.Stream(Topics.Signals(timeframe), bytes, bytes);
        var supplier = options.Store == StoreKind.Memory
            ? Stores.InMemoryKeyValueStore(StreamizTask.StoreName)
            : Stores.PersistentKeyValueStore(StreamizTask.StoreName);
        var store =
            Stores.KeyValueStoreBuilder(supplier, bytes, bytes).WithLoggingEnabled(new Dictionary<string, string>());
        Signals(Timeframe.OneMinute).Merge(Signals(Timeframe.FiveMinutes)).Merge(Signals(Timeframe.FifteenMinutes))
            .Transform(TransformerBuilder.New<byte[], byte[], byte[], StreamizOutput>()
                .Transformer<StreamizTask>().StateStore(store).Build())
            .To(
            (_, output, _) => output.Topic, bytes, new StreamizOutput.SerDes(), (_, output, _) => output.TimestampMs);
        return builder.Build();
    }

    private StreamConfig Settings(EngineOptions options)
    {
        var config = new StreamConfig
        {
            ApplicationId = options.ApplicationId,
            BootstrapServers = kafka.BootstrapServers,
            Guarantee = ProcessingGuarantee.EXACTLY_ONCE,
            StateDir = options.StateDirectory, NumStreamThreads = options.Threads,
            AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Earliest,
            MaxTaskIdleMs = 10_000, // all it has for the order across topics: a wait by the clock
            MaxPartitionFetchBytes = 65_536, // small portions, so that a task's partitions arrive side by side
            PollMs = 100, MaxPollRestoringRecords = 10_000,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)options.SessionTimeout.TotalMilliseconds / 3,
            TransactionTimeoutMs = (int)options.TransactionTimeout.TotalMilliseconds,
            ReplicationFactor = -1, // the broker's
            Logger = loggers,
        };
        // after the guarantee, which sets its own
        config.CommitIntervalMs = (long)options.CommitInterval.TotalMilliseconds;
        return config;
    }
}
