using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.History;

/// <summary>
/// Kills and stops the brokers of a history, and cuts their clients off, in an order by a seed: each when work has gone
/// on since the one before.
/// </summary>
/// <param name="command">Does what a word says: <c>kill</c>, <c>boot</c>, <c>pause</c>, <c>resume</c> a node.</param>
/// <param name="nodes">How many there are.</param>
/// <param name="proxy">What stands before them.</param>
/// <param name="seed">What the order and the nodes are made of.</param>
internal sealed class HistoryFaults(Func<string, int, Task> command, int nodes, KafkaProxy proxy, int seed)
{
    private const int Rounds = 2;
    private const int Progress = 15;
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(1);

    // longer than a session of a member, and of one of three brokers (9 s): a killed one that is back earlier may tear
    // a transaction (docs/guarantees.md), a stopped one finds another in its place
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(11);

    public async Task InjectAsync(HistoryLog log)
    {
        var random = new Random(seed);
        Func<int, Task>[] faults =
            [.. Enumerable.Range(0, Rounds).SelectMany(_ => (Func<int, Task>[])[KillAsync, PauseAsync, CutAsync])];
        random.Shuffle(faults);
        foreach (var fault in faults)
        {
            var seen = log.Finished;
            var goesOn = Deadline.InSeconds(120);
            await Eventually.True(() => log.Finished >= seen + Progress, goesOn, $"work before {fault.Method.Name}");
            await fault(random.Next(nodes) + 1);
        }
    }

    private async Task KillAsync(int node)
    {
        await command("kill", node);
        if (nodes > 1) await PassAsync(Away);
        await command("boot", node);
    }

    private async Task PauseAsync(int node)
    {
        await command("pause", node);
        await PassAsync(Away);
        await command("resume", node);
    }

    private async Task CutAsync(int _)
    {
        proxy.Break();
        await PassAsync(Cut);
        proxy.Heal();
    }

    private static Task PassAsync(TimeSpan time) => Eventually.Happens(() => Task.FromResult(false), Deadline.In(time));
}
