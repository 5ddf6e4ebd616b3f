using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Streams;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>Processors of one application, a writer that feeds them all the time, a reader of what they commit, and the check at the end.</summary>
internal sealed class ChaosGroup : IAsyncDisposable
{
    private const int Round = 40;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly BrokenCluster _cluster;
    private readonly CancellationTokenSource _stopWriting = new();
    private readonly CommittedReader _reader;
    private readonly Task _writing;
    private int _written;

    public ChaosGroup(BrokenCluster cluster, string application, params StoreKind[] stores)
    {
        _cluster = cluster;
        Application = application;
        cluster.Input.AppendLive(Round);
        Members = [.. stores.Select((store, i) => new ChaosMember(cluster.Cluster.BootstrapServers, application, i, store))];
        _reader = new CommittedReader(cluster.Cluster.BootstrapServers, Topics.Decisions(application));
        _writing = Task.Run(WriteAsync);
    }

    public string Application { get; }

    public IReadOnlyList<ChaosMember> Members { get; }

    public int Committed => _reader.Count;

    /// <summary>What was written so far, and whether more comes.</summary>
    public string Writing => $"{_written} written, {(_writing.IsCompleted ? $"then no more: {_writing.Exception?.InnerException?.Message}" : "going on")}";

    public string Logs => string.Concat(Members.Select(m => $"\n=== {m.Name}\n{m.Log}"));

    /// <summary>Waits until the group commits: more than it has now.</summary>
    public Task ProgressAsync(double seconds = 120)
    {
        var before = Committed;
        return Eventually.True(() => Committed > before + Round, Deadline.InSeconds(seconds), $"progress of {Application}: {Logs}");
    }

    /// <summary>All is healed: everything written comes through, once; and it is what both readers see, what the state and the offsets say.</summary>
    public async Task AssertExactlyOnceAsync()
    {
        await _stopWriting.CancelAsync();
        await _writing;
        _cluster.Input.AppendLive(100);
        var bootstrap = _cluster.Cluster.BootstrapServers;
        var oracle = SignalOracle.Of(bootstrap);
        using var late = new TopicTail(bootstrap, Topics.Decisions(Application));
        await Eventually.True(() => late.Read() >= oracle.Decisions.Count, Deadline.InSeconds(180), $"{late.Records.Count} of {oracle.Decisions.Count} decisions: {Logs}");
        foreach (var member in Members)
        {
            member.AssertAlive();
            await member.LeaveAsync();
        }

        await using var last = new CrashCase(bootstrap, StoreKind.RocksDb, Application);
        var alone = last.Start();
        await last.ThroughAsync(oracle, 180);
        await Eventually.True(
            () => Enumerable.Range(0, Topics.Partitions).All(p => alone.Log.Contains($"task {p}: restored", StringComparison.Ordinal)), Deadline.InSeconds(60));
        await alone.StopsAsync();
        last.AssertExactlyOnce(oracle);
        AssertQuiet();

        late.Read();
        var later = late.Records.Select(r => CommittedReader.Text(r.Partition.Value, r.Offset.Value, Encoding.UTF8.GetString(r.Message.Value!))).Order().ToList();
        await Eventually.Equal(later.Count, () => Task.FromResult(Committed));
        Assert.Equal(later, _reader.Seen.Order());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopWriting.CancelAsync();
        foreach (var member in Members) await member.DisposeAsync();
        await _writing;
        await _reader.DisposeAsync();
        _stopWriting.Dispose();
    }

    /// <summary>No transaction hangs, and the committed positions are the ends of the input.</summary>
    private void AssertQuiet()
    {
        var written = Partitions([Topics.Decisions(Application), Topics.DeadLetters(Application), Topics.Changelog(Application)]).ToList();
        Assert.Equal(_cluster.Ends(written, IsolationLevel.ReadUncommitted), _cluster.Ends(written, IsolationLevel.ReadCommitted));
        var input = Partitions(Timeframes.All.ToArray().Select(Topics.Signals)).ToList();
        Assert.Equal(_cluster.Ends(input, IsolationLevel.ReadUncommitted), _cluster.Committed(Application, input));
    }

    private static IEnumerable<TopicPartition> Partitions(IEnumerable<string> topics) =>
        topics.SelectMany(t => Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartition(t, p)));

    private async Task WriteAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopWriting.Token))
            {
                _cluster.Input.AppendLive(Round, Patience);
                _written += Round;
            }
        }
        catch (OperationCanceledException)
        {
            // enough
        }
    }
}
