using System.Collections.Concurrent;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>One run of a plan against a group, and what it did to it.</summary>
internal sealed class ChaosRun(BrokenCluster cluster, ChaosGroup group, int seed, TimeSpan length)
{
    private readonly ConcurrentDictionary<Fault, int> _done = [];
    private readonly ConcurrentQueue<string> _diary = [];
    private readonly Deadline _start = Deadline.InSeconds(3600);
    private int _zombiesRefused;

    public string Summary =>
        $"seed {seed}: {string.Join(", ", _done.OrderBy(d => d.Key).Select(d => $"{d.Key} {d.Value}"))}; " +
        $"aborts {group.Members.Sum(m => m.Aborts)}, fences {group.Members.Sum(m => m.Fences)}, zombies refused {_zombiesRefused}, " +
        $"rebalances {group.Members.Sum(m => m.Rebalances)}, connections cut {group.Members.Sum(m => m.Proxy.Cuts)}, " +
        $"ends doubled {group.Members.Sum(m => m.Proxy.Doubled)}, decisions {group.Committed}; {group.Writing}";

    public string Diary => string.Join('\n', _diary);

    public async Task RunAsync()
    {
        var end = Deadline.In(length);
        await Task.WhenAll(Enumerable.Range(0, ChaosPlan.LaneCount).Select(lane => LaneAsync(lane, end)));
        foreach (var member in group.Members) member.Proxy.Heal();
    }

    /// <summary>A fault that was promised and did not happen, or that nobody noticed, proves nothing.</summary>
    public void AssertInjected()
    {
        foreach (var fault in Enum.GetValues<Fault>()) Assert.True(_done.GetValueOrDefault(fault) > 0, $"no {fault}: {Summary}");
        Assert.True(group.Members.Sum(m => m.Aborts) > 0, $"no abort: {Summary}");
        Assert.True(group.Members.Sum(m => m.Fences) > 0, $"no fence: {Summary}");
        Assert.True(_zombiesRefused > 0, $"no zombie was refused: {Summary}");
        Assert.True(group.Members.Sum(m => m.Rebalances) > ChaosPlan.Members, $"no rebalance: {Summary}");
        Assert.True(group.Members.Sum(m => m.Proxy.Cuts) > 0, $"no connection was cut: {Summary}");
        Assert.True(group.Members.Sum(m => m.Proxy.Doubled) > 0, $"no end of transaction was doubled: {Summary}");
    }

    private async Task LaneAsync(int lane, Deadline end)
    {
        var number = 0;
        foreach (var step in ChaosPlan.Lane(seed, lane))
        {
            if (number++ >= ChaosPlan.Promised(lane) && end.IsOver) return;
            Note($"{step.Fault} {group.Members[step.Member].Name} for {step.Hold.TotalSeconds:0.0} s");
            await InjectAsync(step);
            Note($"{step.Fault} over");
            _done.AddOrUpdate(step.Fault, 1, (_, n) => n + 1);
            await PassAsync(step.Gap);
        }
    }

    private Task InjectAsync(ChaosStep step)
    {
        var member = group.Members[step.Member];
        var next = group.Members[(step.Member + 1) % ChaosPlan.Members];
        return step.Fault switch
        {
            Fault.KillProcessor => member.AloneAsync(() => KillAsync(step.Hold, member)),
            Fault.KillTwoProcessors => member.AloneAsync(() => next.AloneAsync(() => KillAsync(step.Hold, member, next))),
            Fault.StallProcessor => member.AloneAsync(() => StallAsync(member, step.Hold)),
            Fault.Zombie => member.AloneAsync(() => ZombieAsync(member, step.Hold)),
            Fault.Hijack => member.AloneAsync(() => HijackAsync(member)),
            Fault.LeaveAndJoin => member.AloneAsync(() => LeaveAndJoinAsync(member, step.Hold)),
            Fault.KillLeader => BrokersAsync(() => cluster.LeaderAsync(Topics.Decisions(group.Application), step.Member), step.Hold),
            Fault.KillGroupCoordinator => BrokersAsync(() => cluster.GroupCoordinatorAsync(group.Application), step.Hold),
            Fault.KillTransactionCoordinator => BrokersAsync(() => cluster.TransactionCoordinatorAsync(member.TransactionalId), step.Hold),
            Fault.KillController => BrokersAsync(cluster.ControllerAsync, step.Hold),
            Fault.KillTwoBrokers => BrokersAsync(() => Task.FromResult(step.Member + 1), step.Hold, two: true),
            Fault.StallBroker => StallBrokerAsync(step.Member + 1, step.Hold),
            Fault.Silence or Fault.LongSilence => NetworkAsync(member, step.Hold, member.Proxy.FallSilent),
            Fault.BreakConnections => NetworkAsync(member, step.Hold, member.Proxy.Break),
            Fault.LateEndTxn => LateEndAsync(member, step.Hold),
            Fault.DoubledEndTxn => DoubledEndAsync(member),
            _ => throw new NotSupportedException($"{step.Fault}"),
        };
    }

    private static async Task KillAsync(TimeSpan hold, params ChaosMember[] members)
    {
        foreach (var member in members) await member.KillAsync();
        await PassAsync(hold);
        foreach (var member in members) member.Restart();
    }

    private static async Task StallAsync(ChaosMember member, TimeSpan hold)
    {
        member.Process.Signal("STOP");
        await PassAsync(hold);
        member.Process.Signal("CONT");
    }

    /// <summary>Stopped for longer than session and transaction, it comes back in the middle of what it did; again while it held nothing
    /// that could be refused.</summary>
    private Task ZombieAsync(ChaosMember member, TimeSpan hold) =>
        Eventually.True(() => IsRefusedAsync(member, hold), Deadline.InSeconds(240), $"the zombie {member.Name} was refused: {member.Log}");

    private async Task<bool> IsRefusedAsync(ChaosMember member, TimeSpan hold)
    {
        await Eventually.True(() => member.Process.Log.Contains("Assigned: task", StringComparison.Ordinal), Deadline.InSeconds(120), $"{member.Name} has tasks: {member.Log}");
        await group.ProgressAsync();
        var (rebalances, fences, losses) = (member.Rebalances, member.Fences, member.Losses);
        await StallAsync(member, hold);
        await Eventually.True(
            () => member.Rebalances > rebalances || member.Fences > fences, Deadline.InSeconds(120), $"the zombie {member.Name} noticed: {member.Log}");
        if (member.Fences == fences && member.Losses == losses) return false;
        _zombiesRefused++;
        return true;
    }

    /// <summary>Somebody takes the member's transactional id, again until the member has noticed: it may have had no task just then.</summary>
    private async Task HijackAsync(ChaosMember member)
    {
        var fences = member.Fences;
        await Eventually.True(
            async () =>
            {
                if (!await TryHijackAsync(member.TransactionalId)) return false;
                var noticed = Deadline.InSeconds(10);
                while (member.Fences == fences && !noticed.IsOver) await PassAsync(TimeSpan.FromMilliseconds(100));
                return member.Fences > fences;
            },
            Deadline.InSeconds(120), $"{member.Name} noticed that its transactional id was taken: {member.Log}");
    }

    private Task<bool> TryHijackAsync(string transactionalId) => Task.Run(() =>
    {
        using var hijacker = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = cluster.Cluster.BootstrapServers, TransactionalId = transactionalId,
        }).SetLogHandler((_, _) => { }).Build();
        try
        {
            hijacker.InitTransactions(TimeSpan.FromSeconds(10));
            return true;
        }
        catch (KafkaException)
        {
            return false; // the coordinator is away, or the owner has fenced the hijacker
        }
    });

    private static async Task LeaveAndJoinAsync(ChaosMember member, TimeSpan hold)
    {
        await member.LeaveAsync();
        await PassAsync(hold);
        member.Restart();
    }

    private async Task BrokersAsync(Func<Task<int>> which, TimeSpan hold, bool two = false)
    {
        var node = await which();
        int[] nodes = two ? [node, (node % cluster.Cluster.Nodes) + 1] : [node];
        foreach (var one in nodes) await cluster.KillAsync(one);
        Note($"broker {string.Join(", ", nodes)} killed");
        await PassAsync(hold);
        await cluster.Cluster.CommandAsync("start", $"{cluster.Cluster.Nodes}");
    }

    private async Task StallBrokerAsync(int node, TimeSpan hold)
    {
        await cluster.Cluster.CommandAsync("pause", $"{node}");
        await PassAsync(hold);
        await cluster.Cluster.CommandAsync("resume", $"{node}");
    }

    /// <summary>A member that is dead just then has no connections that could be harmed.</summary>
    private static async Task NetworkAsync(ChaosMember member, TimeSpan hold, Action fault)
    {
        await Eventually.True(
            () => member.Proxy.Connections > 0, Deadline.InSeconds(120), $"{member.Name} is connected: {member.Log}");
        fault();
        await PassAsync(hold);
        member.Proxy.Heal();
    }

    private static async Task LateEndAsync(ChaosMember member, TimeSpan hold)
    {
        member.Proxy.HoldNextEndTxn();
        KafkaProxy.HeldRequest? held = null;
        await Eventually.True(() => member.Proxy.Held.TryDequeue(out held), Deadline.InSeconds(150), $"an end of transaction of {member.Name} to hold back: {member.Log}");
        await PassAsync(hold);
        await held!.ArriveAsync();
    }

    private static async Task DoubledEndAsync(ChaosMember member)
    {
        var before = member.Proxy.Doubled;
        member.Proxy.DoubleNextEndTxn();
        await Eventually.True(() => member.Proxy.Doubled > before, Deadline.InSeconds(150), $"an end of transaction of {member.Name} to double: {member.Log}");
    }

    private static Task PassAsync(TimeSpan time)
    {
        var deadline = Deadline.In(time);
        return Eventually.True(() => deadline.IsOver, Deadline.In(time + TimeSpan.FromSeconds(30)));
    }

    private void Note(string what) => _diary.Enqueue($"{(TimeSpan.FromHours(1) - _start.Left).TotalSeconds,6:0.0} {what}");
}
