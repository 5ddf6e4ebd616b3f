using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>
/// A processor is killed at every point that the engine names, with either store; what comes out is what would have come without it.
/// </summary>
public abstract class CrashSuite
{
    // one by one: the cases of a broker share its signal topics
    private static readonly SemaphoreSlim OneCase = new(1);
    private static readonly Dictionary<string, SignalInput> Inputs = [];

    public static TheoryData<CrashPoint, CrashWay, StoreKind> EveryPoint
    {
        get
        {
            // both ways and both stores in each run; the other two pairs with the suites that take minutes
            var all = new TheoryData<CrashPoint, CrashWay, StoreKind>();
            foreach (var point in Enum.GetValues<CrashPoint>())
            {
                all.Add(point, CrashWay.Kill, StoreKind.RocksDb);
                all.Add(point, CrashWay.Throw, StoreKind.Memory);
                all.Add(Long(point, CrashWay.Kill, StoreKind.Memory));
                all.Add(Long(point, CrashWay.Throw, StoreKind.RocksDb));
            }

            return all;
        }
    }

    protected abstract Task<string> BootstrapAsync();

    [Theory]
    [MemberData(nameof(EveryPoint))]
    public async Task killed_there_it_goes_on_as_if_nothing_had_been(CrashPoint point, CrashWay way, StoreKind store)
    {
        await OneCase.WaitAsync();
        try
        {
            var input = await InputAsync();
            await using var crash = new CrashCase(input.Bootstrap, store, TestNames.Unique("crash"), way);
            await (point switch
            {
                CrashPoint.InRestore or CrashPoint.AfterRestore => DieInRestoreAsync(crash, point),
                CrashPoint.AfterAbort => DieAfterAbortAsync(crash, input),
                CrashPoint.InRevoke => DieInRevokeAsync(crash, input),
                CrashPoint.InLost => DieInLostAsync(crash, input),
                _ => DieOnTheWayAsync(crash, point),
            });

            // something is left to do however far the dead one came
            input.Append(100);
            var oracle = SignalOracle.Of(input.Bootstrap);
            var survivor = crash.Start();
            await crash.ThroughAsync(oracle);
            await survivor.StopsAsync();
            crash.AssertExactlyOnce(oracle);
        }
        finally
        {
            OneCase.Release();
        }
    }

    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task a_zombie_that_wakes_up_commits_nothing_and_comes_back(StoreKind store)
    {
        await OneCase.WaitAsync();
        try
        {
            var input = await InputAsync();
            await using var crash = new CrashCase(input.Bootstrap, store, TestNames.Unique("zombie"));
            var first = crash.Start();
            await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
            input.AppendLive(400);
            first.Signal("STOP");
            input.AppendLive(100);
            var second = crash.Start(folder: crash.NewFolder());

            // the second has everything through although the first never left: its session is over
            await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
            first.Signal("CONT");
            input.AppendLive(400);
            await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
            await Eventually.True(() => first.Log.Split("Assigned: ").Length > 2, Deadline.InSeconds(60), "the zombie was assigned again");
            input.AppendLive(400);
            var oracle = SignalOracle.Of(input.Bootstrap);
            await crash.ThroughAsync(oracle);
            await first.StopsAsync();
            await second.StopsAsync();
            await AssertByALastRunAsync(crash, oracle);
        }
        finally
        {
            OneCase.Release();
        }
    }

    // before it sends offsets, and after: its transaction is still alive, so that nothing but the group's generation refuses it
    [Theory]
    [InlineData(CrashPoint.BeforeCommit, StoreKind.RocksDb)]
    [InlineData(CrashPoint.AfterFirstRecord, StoreKind.Memory)]
    public async Task a_zombie_whose_transaction_is_alive_is_refused_by_the_group(CrashPoint point, StoreKind store)
    {
        await OneCase.WaitAsync();
        try
        {
            var input = await InputAsync();
            await using var crash = new CrashCase(input.Bootstrap, store, TestNames.Unique("alive"), CrashWay.Stop);
            var zombie = crash.Start(point, 3, null, "--transaction-timeout", "120s", "--transaction-records", "1000");
            await zombie.StopsItselfAsync();
            var second = crash.Start(folder: crash.NewFolder());
            var oracle = SignalOracle.Of(input.Bootstrap);

            // until then the zombie is a member and would commit, rightly; that all is written says nothing, it can be the zombie's
            await Eventually.True(
                () => second.Log.Contains("Assigned: task 0, task 1, task 2", StringComparison.Ordinal),
                Deadline.InSeconds(60), $"the second has every task: {second.Log}");

            // all of it is processed by the second; what it wrote lies behind the zombie's open transaction, for readers of committed records
            using var all = new TopicTail(input.Bootstrap, Topics.Decisions(crash.Application), IsolationLevel.ReadUncommitted);
            await Eventually.True(
                () =>
                {
                    all.Read();
                    return all.Records.DistinctBy(r => System.Text.Encoding.UTF8.GetString(r.Message.Headers.GetLastBytes(Decision.SignalIdHeader))).Count() >= oracle.Decisions.Count;
                },
                Deadline.InSeconds(90), $"{all.Records.Count} decisions: {second.Log}");
            zombie.Signal("CONT");
            await crash.ThroughAsync(oracle);
            await Eventually.True(() => zombie.Log.Contains("Abort and rewind", StringComparison.Ordinal), Deadline.InSeconds(60), $"refused: {zombie.Log}");
            input.AppendLive(100);
            oracle = SignalOracle.Of(input.Bootstrap);
            await crash.ThroughAsync(oracle);
            await zombie.StopsAsync();
            await second.StopsAsync();
            await AssertByALastRunAsync(crash, oracle);
        }
        finally
        {
            OneCase.Release();
        }
    }

    // of one alone: it has all three stores
    private static async Task AssertByALastRunAsync(CrashCase crash, SignalOracle oracle)
    {
        var last = crash.Start();
        await Eventually.True(
            () => Enumerable.Range(0, Topics.Partitions).All(p => last.Log.Contains($"task {p}: restored", StringComparison.Ordinal)), Deadline.InSeconds(60));
        await last.StopsAsync();
        crash.AssertExactlyOnce(oracle);
    }

    private static TheoryDataRow<CrashPoint, CrashWay, StoreKind> Long(CrashPoint point, CrashWay way, StoreKind store) =>
        new TheoryDataRow<CrashPoint, CrashWay, StoreKind>(point, way, store).WithTrait("Category", "Long");

    private static async Task DieOnTheWayAsync(CrashCase crash, CrashPoint point) =>
        await crash.DieAsync(point, hits: point is CrashPoint.AfterProducerInitialized or CrashPoint.AfterPoll ? 1 : 2);

    private static async Task DieInRestoreAsync(CrashCase crash, CrashPoint point)
    {
        await crash.DieAsync(CrashPoint.AfterStoreWritten, hits: 4);
        crash.LoseStores();
        await crash.DieAsync(point);
    }

    /// <summary>Somebody fences the processor's producer: its next commit fails, and the abort is what it dies after.</summary>
    private static async Task DieAfterAbortAsync(CrashCase crash, SignalInput input)
    {
        var victim = crash.Start(CrashPoint.AfterAbort, 1, null, "--instance", "victim");
        await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
        using var hijacker = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = input.Bootstrap, TransactionalId = $"{crash.Application}-victim-0",
        }).SetLogHandler((_, _) => { }).Build();
        hijacker.InitTransactions(TimeSpan.FromSeconds(30));
        input.AppendLive(200);
        await crash.DiesAsync(victim);
    }

    private static async Task DieInRevokeAsync(CrashCase crash, SignalInput input)
    {
        var victim = crash.Start(CrashPoint.InRevoke);
        await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
        var second = crash.Start(folder: crash.NewFolder());
        input.AppendLive(200);
        await crash.DiesAsync(victim);
        await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
        await second.StopsAsync();
    }

    /// <summary>Stopped for longer than its session: it hears that it has lost everything when it wakes up.</summary>
    private static async Task DieInLostAsync(CrashCase crash, SignalInput input)
    {
        var victim = crash.Start(CrashPoint.InLost);
        await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
        input.AppendLive(100);
        victim.Signal("STOP");
        var second = crash.Start(folder: crash.NewFolder());
        input.AppendLive(100);
        await crash.ThroughAsync(SignalOracle.Of(input.Bootstrap));
        victim.Signal("CONT");
        await crash.DiesAsync(victim);
        await second.StopsAsync();
    }

    private async Task<SignalInput> InputAsync()
    {
        var bootstrap = await BootstrapAsync();
        if (Inputs.TryGetValue(bootstrap, out var there)) return there;
        var made = await SignalInput.CreateAsync(bootstrap);
        Inputs.Add(bootstrap, made);
        made.Append(6000);
        return made;
    }
}
