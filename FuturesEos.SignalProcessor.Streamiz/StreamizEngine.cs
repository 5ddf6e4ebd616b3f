using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.Streams;
using Streamiz.Kafka.Net;
using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.State;
using Streamiz.Kafka.Net.Stream;

namespace FuturesEos.SignalProcessor.Streamiz;

/// <summary>
/// The same topology on Streamiz.Kafka.Net, for those who know it. <c>docs/engines.md</c> says what differs.
/// </summary>
internal static class StreamizEngine
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs until the token is cancelled; a failure that the engine stopped with is an <see cref="ExpectedFailure"/>.
    /// </summary>
    public static async Task<int> RunAsync(ServiceContext<ProcessorOptions> service, CancellationToken stop)
    {
        if (service.Kafka.Extra.Count > 0)
            throw ExpectedFailure.Usage(
                "Streamiz is given no Kafka__ settings here; use the default engine with them");
        var own = service.Options;
        (StreamizTask.OutputPrefix, StreamizTask.GraceMs) = (own.OutputPrefix, (long)own.Grace.TotalMilliseconds);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stream = new KafkaStream(Topology(own), Settings(service));
        stream.StateChanged += (_, to) =>
        {
            if (to.ToString() == "RUNNING") service.Health.Ready();
            else service.Health.NotReady(to.ToString());
            if (to.ToString() == "ERROR") failed.TrySetResult();
        };
        await stream.StartAsync(); // not with the token: it would dispose of itself, and once more is an error
        while (!stop.IsCancellationRequested && !failed.Task.IsCompleted)
        {
            // it does not tell whether its loop turns; that it has not failed is all that is known
            service.Health.Beat();
            await Task.WhenAny(failed.Task, Task.Delay(LookEvery, service.Time, stop));
        }

        if (!failed.Task.IsCompleted) return ExitCode.Ok;
        throw new ExpectedFailure(
            ExitCode.CheckFailed, "Streamiz has stopped with an error, named above; start it again");
    }

    private static global::Streamiz.Kafka.Net.Stream.Topology Topology(ProcessorOptions own)
    {
        var bytes = new ByteArraySerDes();
        var builder = new StreamBuilder();
        IKStream<byte[], byte[]> Signals(Timeframe timeframe) =>
            builder.Stream(Topics.Signals(timeframe), bytes, bytes);
        var supplier = own.Store == StoreKind.Memory
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

    private static StreamConfig Settings(ServiceContext<ProcessorOptions> service)
    {
        var own = service.Options;
        var config = new StreamConfig
        {
            ApplicationId = own.ApplicationId,
            BootstrapServers = service.Kafka.BootstrapServers,
            Guarantee = ProcessingGuarantee.EXACTLY_ONCE,
            StateDir = own.StateDirectory, NumStreamThreads = own.Threads,
            AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Earliest,
            MaxTaskIdleMs = 10_000, // all it has for the order across topics: a wait by the clock
            MaxPartitionFetchBytes = 65_536, // small portions, so that a task's partitions arrive side by side
            PollMs = 100, MaxPollRestoringRecords = 10_000,
            SessionTimeoutMs = (int)own.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)own.SessionTimeout.TotalMilliseconds / 3,
            TransactionTimeoutMs = (int)own.TransactionTimeout.TotalMilliseconds,
            ReplicationFactor = -1, // the broker's
            Logger = service.Loggers,
        };
        config.CommitIntervalMs = (long)own.CommitInterval.TotalMilliseconds; // after the guarantee, which sets its own
        return config;
    }
}
