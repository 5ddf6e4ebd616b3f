using System.Diagnostics;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(RealKafka))]

namespace FuturesEos.Tests.Support;

/// <summary>
/// Apache Kafka itself for a test run: started by the first test that asks, shared by all, gone at the end. It is found beside the
/// repository (<c>shared/kafka/cluster</c>, or the folder that FUTURES_EOS_KAFKA names); where it is not, the test is skipped.
/// FUTURES_EOS_KAFKA_NODE (host:port) names a node that runs already and takes the place of the single one: who works on a test starts one once.
/// </summary>
public sealed class RealKafka : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<int, KafkaCluster> _clusters = [];

    /// <summary>Folder with the scripts <c>cluster</c>, <c>run</c> and <c>connect</c>; none where Apache Kafka is not there.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>Bootstrap servers of a cluster of one node: what most tests need, and it starts in seconds.</summary>
    public Task<string> OneNodeAsync() => StartedAsync(nodes: 1);

    /// <summary>Bootstrap servers of three nodes with production's settings: replication 3, two in sync.</summary>
    public Task<string> ThreeNodesAsync() => StartedAsync(nodes: 3);

    /// <summary>Calls the script <c>cluster</c> for one of the clusters: <c>kill 2</c>, <c>boot 2</c>, <c>pause 1</c>.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> CommandAsync(int nodes, params string[] words) => _clusters[nodes].CommandAsync(words);

    /// <summary>One of Kafka's own tools: its class and arguments.</summary>
    /// <returns>What it printed.</returns>
    public static Task<string> ToolAsync(params string[] words) => RunAsync("run", [], words);

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters.Values) await cluster.DisposeAsync();
        _clusters.Clear();
        _starting.Dispose();
    }

    /// <summary>A cluster for a test that breaks it: its own, its caller's to dispose of.</summary>
    internal static async Task<KafkaCluster> OwnAsync(int nodes)
    {
        SkipWithout();
        var cluster = new KafkaCluster(nodes);
        cluster.Guard();
        await cluster.CommandAsync("start", $"{nodes}");
        return cluster;
    }

    internal static void SkipWithout()
    {
        if (Folder is null) Assert.Skip("Apache Kafka is not beside the repository (FUTURES_EOS_KAFKA names its folder)");
    }

    private async Task<string> StartedAsync(int nodes)
    {
        if (nodes == 1 && Environment.GetEnvironmentVariable("FUTURES_EOS_KAFKA_NODE") is { Length: > 0 } given) return given;
        SkipWithout();
        await _starting.WaitAsync();
        try
        {
            if (_clusters.TryGetValue(nodes, out var running)) return running.BootstrapServers;
            var cluster = new KafkaCluster(nodes);
            cluster.Guard();
            _clusters.Add(nodes, cluster);
            await cluster.CommandAsync("start", $"{nodes}");
            return cluster.BootstrapServers;
        }
        finally
        {
            _starting.Release();
        }
    }

    internal static async Task<string> RunAsync(
        string script, Dictionary<string, string> environment, IReadOnlyList<string> words)
    {
        // Output goes through a file: the brokers inherit the script's descriptors, and a pipe would stay open as long as they live.
        var output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", output, Path.Combine(Folder!, script), .. words]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            using var deadline = new CancellationTokenSource(StartTimeout);
            await process.WaitForExitAsync(deadline.Token);
            var text = await File.ReadAllTextAsync(output);
            if (process.ExitCode != 0) Assert.Fail($"{script} {string.Join(' ', words)} ended with {process.ExitCode}: {text}");
            return text;
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("FUTURES_EOS_KAFKA") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(SourceTree.Root); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "kafka");
            if (File.Exists(Path.Combine(beside, "cluster"))) return beside;
        }

        return null;
    }
}
