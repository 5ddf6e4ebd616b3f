using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using FuturesEos.Streams;
using FuturesEos.Streams.State;
using FuturesEos.Streams.State.RocksDb;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>One application id over the shared input: its processes, and the check of all they wrote.</summary>
internal sealed class CrashCase : IAsyncDisposable
{
    private readonly List<ProcessorProcess> _processes = [];
    private readonly List<string> _folders = [];
    private readonly string _bootstrap;
    private readonly StoreKind _store;
    private readonly CrashWay _way;

    public CrashCase(string bootstrap, StoreKind store, string name, CrashWay way = CrashWay.Kill)
    {
        _bootstrap = bootstrap;
        _store = store;
        _way = way;
        Application = name;
        Folder = NewFolder();
    }

    public string Application { get; }

    public string Folder { get; }

    public ProcessorProcess Start(CrashPoint? crash = null, int hits = 1, string? folder = null, params string[] more)
    {
        var armed = crash is { } point ? $"{point}:{hits}:{_way.ToString().ToLowerInvariant()}" : null;
        var process = new ProcessorProcess(_bootstrap, Application, Application, folder ?? Folder, _store, armed, more);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts one that ends at the point, and waits until it has. Its transactions are small: however fast it is, it comes
    /// there again.</summary>
    public Task DieAsync(CrashPoint crash, int hits = 1, int transactionRecords = 200) =>
        Start(crash, hits, null, "--transaction-records", $"{transactionRecords}").DiesAsync(_way);

    /// <summary>Waits for the end of one that was started with a crash point.</summary>
    public Task DiesAsync(ProcessorProcess victim) => victim.DiesAsync(_way);

    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("eos-crash-").FullName;
        _folders.Add(folder);
        return folder;
    }

    /// <summary>Removes the stores and keeps the instance: the next start restores.</summary>
    public void LoseStores()
    {
        foreach (var store in Directory.GetDirectories(Path.Combine(Folder, Application))) Directory.Delete(store, recursive: true);
    }

    /// <summary>Waits until everything of the input is through.</summary>
    public async Task ThroughAsync(SignalOracle oracle, double seconds = 90)
    {
        using var decisions = new TopicTail(_bootstrap, Topics.Decisions(Application));
        using var deadLetters = new TopicTail(_bootstrap, Topics.DeadLetters(Application));
        var deadline = Deadline.InSeconds(seconds);
        while (decisions.Read() + deadLetters.Read() < oracle.Decisions.Count + oracle.DeadLetters.Count)
        {
            var (d, l) = (decisions.Records.Count, deadLetters.Records.Count);
            Assert.False(deadline.IsOver, $"{d} of {oracle.Decisions.Count} decisions, {l} of {oracle.DeadLetters.Count} dead letters: {_processes[^1].Log}");
        }
    }

    /// <summary>Decisions and dead letters are the oracle's, each once; the changelog's fold, and the stores, are the input's.</summary>
    public void AssertExactlyOnce(SignalOracle oracle, string? storeFolder = null)
    {
        using var decisions = new TopicTail(_bootstrap, Topics.Decisions(Application));
        decisions.Read();
        var ids = decisions.Records.ConvertAll(d => Encoding.UTF8.GetString(d.Message.Headers.GetLastBytes(Decision.SignalIdHeader)));
        Assert.Empty(ids.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => $"{g.Key} decided {g.Count()} times"));
        Assert.Equal(oracle.Decisions.Count, ids.Count);
        foreach (var (record, id) in decisions.Records.Zip(ids))
            Assert.Equal(oracle.Decisions.GetValueOrDefault(id), Encoding.UTF8.GetString(record.Message.Value!));

        using var deadLetters = new TopicTail(_bootstrap, Topics.DeadLetters(Application));
        deadLetters.Read();
        Assert.Equal(
            oracle.DeadLetters.Select(d => $"{d.Key} {d.Value}").Order(),
            deadLetters.Records.Select(d => $"{Header(d, DeadLetterHeaders.Topic)}/{Header(d, DeadLetterHeaders.Partition)}/{Header(d, DeadLetterHeaders.Offset)} {Header(d, DeadLetterHeaders.Reason)}").Order());

        var fold = Fold();
        var all = new StateStore(fold.Whole);
        foreach (var (symbol, expected) in oracle.State) Assert.Equal(expected, SignalOracle.Describe(symbol, all));
        if (_store == StoreKind.RocksDb) AssertStores(storeFolder ?? Folder, fold.ByPartition);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
    }

    private void AssertStores(string folder, MemoryStore[] folds)
    {
        for (var partition = 0; partition < folds.Length; partition++)
        {
            using var store = new RocksDbStore(Path.Combine(folder, Application, $"signal-windows-{partition}"));
            Assert.Equal(Dump(folds[partition]), Dump(store));
        }
    }

    private (MemoryStore Whole, MemoryStore[] ByPartition) Fold()
    {
        using var changelog = new TopicTail(_bootstrap, Topics.Changelog(Application));
        changelog.Read();
        var whole = new MemoryStore();
        var stores = Enumerable.Range(0, Topics.Partitions).Select(_ => new MemoryStore()).ToArray();
        foreach (var change in changelog.Records)
        {
            var at = new ChangelogPosition(change.Topic, "", change.Partition.Value, change.Offset.Value + 1, 0);
            KeyValuePair<byte[], byte[]?>[] one = [new(change.Message.Key!, change.Message.Value)];
            whole.Apply(one, at);
            stores[change.Partition.Value].Apply(one, at);
        }

        return (whole, stores);
    }

    private static List<string> Dump(ICommittedStore store)
    {
        var all = new List<KeyValuePair<byte[], byte[]>>();
        store.Scan([], int.MaxValue, all);
        return all.ConvertAll(e => $"{Convert.ToHexString(e.Key)}={Convert.ToHexString(e.Value)}");
    }

    private static string Header(ConsumeResult<byte[]?, byte[]?> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
