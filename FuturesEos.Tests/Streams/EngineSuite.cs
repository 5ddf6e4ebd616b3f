using Confluent.Kafka;
using FuturesEos.Streams;
using FuturesEos.Streams.Errors;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>What the engine promises, on whichever broker runs it: Apache Kafka, and the embedded one.</summary>
public abstract class EngineSuite
{
    protected abstract Task<string> BootstrapAsync();

    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task outputs_state_and_offsets_are_one(StoreKind store)
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(3000);
        await using var engine = rig.Start(store);
        await rig.OutputsAsync(3000);
        rig.Send(500);
        await rig.OutputsAsync(3500);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task a_restart_goes_on_from_what_was_committed(StoreKind store)
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        var folder = rig.NewFolder();
        for (var run = 1; run <= 3; run++)
        {
            await using var engine = rig.Start(store, folder);
            rig.Send(500);
            await rig.OutputsAsync(500 * run);
            await engine.StopAsync();
        }

        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task a_store_that_is_gone_is_rebuilt_from_the_changelog()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(500);
        await using (var first = rig.Start())
        {
            await rig.OutputsAsync(500);
            await first.StopAsync();
        }

        rig.Send(500);
        await using var second = rig.Start();
        await rig.OutputsAsync(1000);
        await second.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task an_older_copy_of_a_store_is_brought_up_from_its_own_position()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        string folder = rig.NewFolder(), old = rig.NewFolder();
        for (var run = 1; run <= 3; run++)
        {
            await using var engine = rig.Start(folder: run == 3 ? old : folder);
            rig.Send(500);
            await rig.OutputsAsync(500 * run);
            await engine.StopAsync();
            if (run == 1) Copy(folder, old);
        }

        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task a_poison_record_stops_with_its_place_and_nothing_of_it_is_visible()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(200, keys: 1);
        var taken = 0;
        await using (var engine = rig.Start(before: record =>
        {
            if (++taken == 150) throw new FormatException("not a number");
        }))
        {
            var failure = await Assert.ThrowsAsync<StreamsFatalException>(() => engine.Run.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Matches(@"failed at \S+\.[ab], partition \d, offset \d+: FormatException: not a number", failure.Message);
        }

        await using var repaired = rig.Start();
        await rig.OutputsAsync(200);
        await repaired.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task what_a_failed_member_had_is_done_by_the_others_at_once()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(300);

        // session and transaction end long after the test
        StreamsOptions Patient(StreamsOptions o) => With(o, TimeSpan.FromSeconds(60));
        await using var healthy = rig.Start(change: Patient);
        await rig.OutputsAsync(300);
        var taken = 0;
        var before = "";
        await using var failing = rig.Start(change: Patient, before: record =>
        {
            if (++taken == 20)
            {
                // the transaction is open on the broker: what it wrote hides everything after it from readers
                Assert.True(SpinWait.SpinUntil(() => rig.HasUncommitted(before), TimeSpan.FromSeconds(30)));
                throw new FormatException("not a number");
            }

            before = $"{record.Topic}/{record.Partition}/{record.Offset}";
        });
        await failing.ReadyAsync();
        rig.Send(300);
        await Assert.ThrowsAsync<StreamsFatalException>(() => failing.Run.WaitAsync(TimeSpan.FromSeconds(60)));
        await rig.OutputsAsync(600, seconds: 10);
        await healthy.StopAsync();
        rig.AssertExactlyOnce();
    }

    // before anything was committed, and after
    [Theory]
    [InlineData(100)]
    [InlineData(400)]
    public async Task a_pause_longer_than_the_transaction_is_never_a_success(int pausedAt)
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(300);
        var taken = 0;
        using var pause = new ManualResetEventSlim();
        await using var engine = rig.Start(
            change: o => With(o, TimeSpan.FromSeconds(2)),
            before: record =>
            {
                // longer than the transaction's two seconds and the coordinator's look at its clock, each ten
                if (Interlocked.Increment(ref taken) == pausedAt) pause.Wait(TimeSpan.FromSeconds(14));
            });
        await rig.OutputsAsync(300);
        rig.Send(300);
        await rig.OutputsAsync(600);
        await engine.StopAsync();
        Assert.True(taken > 600, "nothing was rewound");
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task a_restore_waits_for_the_open_transaction_of_a_dead_owner()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(100);
        await using (var first = rig.Start())
        {
            await rig.OutputsAsync(100);
            await first.StopAsync();
        }

        // somebody died in a transaction: its record lies in the changelog, below the log end and above the last stable offset
        using var dead = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = rig.Bootstrap, TransactionalId = TestNames.Unique(), TransactionTimeoutMs = 4000,
        }).SetLogHandler((_, _) => { }).Build();
        dead.InitTransactions(TimeSpan.FromSeconds(30));
        dead.BeginTransaction();
        var deadOffsets = new List<long>();
        for (var p = 0; p < EngineRig.Partitions; p++)
        {
            var written = await dead.ProduceAsync(
                new TopicPartition(rig.Changelog, p), new Message<byte[], byte[]> { Key = "key-1"u8.ToArray(), Value = "999 999"u8.ToArray() });
            deadOffsets.Add(written.Offset.Value);
        }

        rig.Send(100);
        await using var second = rig.Start();
        await second.ReadyAsync();
        var stable = await rig.StableOffsetsAsync(rig.Changelog);
        Assert.All(stable.Zip(deadOffsets), p => Assert.True(p.First > p.Second, $"ready at {p.First}, with {p.Second} undecided"));
        await rig.OutputsAsync(200);
        await second.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task an_output_topic_that_is_not_there_stops_with_its_name()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(10);
        await using var engine = rig.Start(output: rig.Output + ".not-there");
        var failure = await Assert.ThrowsAsync<StreamsFatalException>(() => engine.Run.WaitAsync(TimeSpan.FromSeconds(90)));
        Assert.Contains(".not-there", failure.Message);
    }

    [Fact]
    public async Task a_record_that_is_too_large_stops_with_its_topic()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(10);
        await using var engine = rig.Start(padding: 1_500_000);
        var failure = await Assert.ThrowsAsync<StreamsFatalException>(() => engine.Run.WaitAsync(TimeSpan.FromSeconds(90)));
        Assert.Contains($"send to {rig.Output}: MsgSizeTooLarge", failure.Message);
        Assert.Empty(rig.Read(rig.Output));
    }

    [Fact]
    public async Task two_processes_of_one_instance_fence_each_other_until_one_is_told()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(2000);
        await using var first = rig.Start(change: o => WithInstance(o, "same"));
        await rig.OutputsAsync(2000);
        await using var second = rig.Start(change: o => WithInstance(o, "same"));
        await second.ReadyAsync();
        rig.Send(2000);
        await rig.OutputsAsync(4000);
        await second.StopAsync();
        await first.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task members_come_and_go_and_every_task_stays_whole()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        var folders = Enumerable.Range(0, 3).Select(_ => rig.NewFolder()).ToArray();
        rig.Send(1000);
        await using var one = rig.Start(folder: folders[0]);
        await rig.OutputsAsync(1000);
        await using var two = rig.Start(folder: folders[1]);
        rig.Send(1000);
        await two.ReadyAsync();
        await using var three = rig.Start(folder: folders[2], store: StoreKind.Memory);
        rig.Send(1000);
        await three.ReadyAsync();
        await rig.OutputsAsync(3000);
        await one.StopAsync();
        rig.Send(1000);
        await rig.OutputsAsync(4000);
        await three.StopAsync();
        rig.Send(1000);
        await using var again = rig.Start(folder: folders[0]);
        await again.ReadyAsync();
        rig.Send(1000);
        await rig.OutputsAsync(6000);
        Assert.False(two.Run.IsFaulted);
        await two.StopAsync();
        await again.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task two_threads_share_a_state_folder()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        rig.Send(1000);
        await using var engine = rig.Start(change: o => WithThreads(o, 2));
        await engine.ReadyAsync();
        rig.Send(1000);
        await rig.OutputsAsync(2000);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }

    [Fact]
    public async Task a_changelog_that_was_made_again_wipes_the_store()
    {
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        var folder = rig.NewFolder();
        rig.Send(100);
        await using (var first = rig.Start(folder: folder))
        {
            await rig.OutputsAsync(100);
            await first.StopAsync();
        }

        await rig.DeleteTopicAsync(rig.Changelog);
        await rig.CreateTopicsAsync(rig.Changelog);
        rig.Send(100);
        await using var second = rig.Start(folder: folder);
        await rig.OutputsAsync(200);
        await second.StopAsync();

        // state began anew: no count after the new changelog reaches beyond what was sent since
        var counts = rig.Read(rig.Changelog).Select(r => SummingProcessor.Read(r.Message.Value).Count);
        Assert.All(counts, count => Assert.True(count <= 100));
        Assert.Equal(100, rig.Read(rig.Changelog).GroupBy(r => System.Text.Encoding.UTF8.GetString(r.Message.Key)).Sum(g => g.Max(r => SummingProcessor.Read(r.Message.Value).Count)));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static StreamsOptions With(StreamsOptions o, TimeSpan transactionTimeout) => new()
    {
        ApplicationId = o.ApplicationId, BootstrapServers = o.BootstrapServers, InputTopics = o.InputTopics, StoreName = o.StoreName,
        StateDirectory = o.StateDirectory, Store = o.Store, SessionTimeout = TimeSpan.FromSeconds(30), TransactionTimeout = transactionTimeout,
    };

    private static StreamsOptions WithInstance(StreamsOptions o, string instance) => new()
    {
        ApplicationId = o.ApplicationId, BootstrapServers = o.BootstrapServers, InputTopics = o.InputTopics, StoreName = o.StoreName,
        StateDirectory = o.StateDirectory, Store = o.Store, SessionTimeout = o.SessionTimeout, InstanceId = instance,
    };

    private static StreamsOptions WithThreads(StreamsOptions o, int threads) => new()
    {
        ApplicationId = o.ApplicationId, BootstrapServers = o.BootstrapServers, InputTopics = o.InputTopics, StoreName = o.StoreName,
        StateDirectory = o.StateDirectory, Store = o.Store, SessionTimeout = o.SessionTimeout, Threads = threads,
    };
}
