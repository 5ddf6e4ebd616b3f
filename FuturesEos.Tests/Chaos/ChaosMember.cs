using System.Text.RegularExpressions;
using FuturesEos.Streams;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>A processor of the group: its folder, its network, and its processes one after the other.</summary>
internal sealed partial class ChaosMember : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly List<ProcessorProcess> _past = [];
    private readonly string _application;
    private readonly string _folder = Directory.CreateTempSubdirectory("eos-chaos-").FullName;
    private readonly StoreKind _store;

    public ChaosMember(string bootstrap, string application, int number, StoreKind store)
    {
        Name = $"p{number}";
        Proxy = new KafkaProxy(bootstrap);
        _application = application;
        _store = store;
        Process = Start();
    }

    public string Name { get; }

    public KafkaProxy Proxy { get; }

    public ProcessorProcess Process { get; private set; }

    public string TransactionalId => $"{_application}-{Name}-0";

    /// <summary>All that its processes said.</summary>
    public string Log => string.Concat(_past.Select(p => p.Log)) + Process.Log;

    public int Rebalances => Count(AssignedLine());

    public int Aborts => Count(RewindLine());

    /// <summary>Transactions that were refused since another producer, or the coordinator, had taken over.</summary>
    public int Fences => Count(FencedLine());

    /// <summary>How often it was told that its partitions were others' by then.</summary>
    public int Losses => Count(LostLine());

    /// <summary>One fault of a process at a time: what kills it waits until what stopped it has let it go on.</summary>
    public async Task AloneAsync(Func<Task> fault)
    {
        await _one.WaitAsync();
        try
        {
            AssertAlive();
            await fault();
        }
        finally
        {
            _one.Release();
        }
    }

    public void AssertAlive() => Assert.False(Process.HasExited, $"{Name} ended by itself: {Log}");

    public async Task KillAsync()
    {
        Process.Signal("KILL");
        await Process.DiesAsync();
    }

    /// <summary>Stops it as a user would: one that has only just been started first gets as far as to hear it.</summary>
    public async Task LeaveAsync()
    {
        var process = Process;
        await Eventually.True(
            () => process.Log.Contains("Assigned: ", StringComparison.Ordinal), Deadline.InSeconds(120), $"{Name} joined the group: {process.Log}");
        await process.StopsAsync();
    }

    public void Restart()
    {
        _past.Add(Process);
        Process = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        foreach (var process in _past) await process.DisposeAsync();
        await Proxy.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _one.Dispose();
    }

    private ProcessorProcess Start() =>
        new(Proxy.BootstrapServers, _application, _application, _folder, _store, null, "--instance", Name);

    private int Count(Regex line) => line.Count(Log);

    [GeneratedRegex("Assigned: task")]
    private static partial Regex AssignedLine();

    [GeneratedRegex("Lost, without")]
    private static partial Regex LostLine();

    [GeneratedRegex("Abort and rewind: ")]
    private static partial Regex RewindLine();

    [GeneratedRegex("Abort and rewind: .*(Fenced|ProducerEpoch|IllegalGeneration|UnknownMemberId|InvalidTxnState|ProducerIdMapping|lost)")]
    private static partial Regex FencedLine();
}
