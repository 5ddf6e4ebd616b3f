using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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
    private readonly Dictionary<int, Cluster> _clusters = [];

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
        foreach (var cluster in _clusters.Values) await cluster.DestroyAsync();
        _clusters.Clear();
        _starting.Dispose();
    }

    private async Task<string> StartedAsync(int nodes)
    {
        if (nodes == 1 && Environment.GetEnvironmentVariable("FUTURES_EOS_KAFKA_NODE") is { Length: > 0 } given) return given;
        if (Folder is null) Assert.Skip("Apache Kafka is not beside the repository (FUTURES_EOS_KAFKA names its folder)");
        await _starting.WaitAsync();
        try
        {
            if (_clusters.TryGetValue(nodes, out var running)) return running.BootstrapServers;
            var cluster = new Cluster(nodes);
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

    private static async Task<string> RunAsync(
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

    private sealed class Cluster(int nodes)
    {
        // below the range that the system hands out to clients, and apart from the scripts' own default
        private readonly int _port = FreePorts(nodes);
        private readonly string _data =
            Path.Combine(Path.GetTempPath(), "futures-eos-tests", $"kafka-{Guid.NewGuid().ToString("N")[..8]}");

        private Process? _guard;

        public string BootstrapServers => string.Join(',', Enumerable.Range(0, nodes).Select(i => $"127.0.0.1:{_port + (100 * i)}"));

        public Task<string> CommandAsync(params string[] words) => RunAsync("cluster", Environment, words);

        private Dictionary<string, string> Environment => new()
        {
            ["KAFKA_DATA"] = _data, ["KAFKA_PORT"] = $"{_port}", ["KAFKA_NODES"] = $"{nodes}", ["KAFKA_HEAP"] = "384m",
        };

        /// <summary>A shell that destroys the cluster when this process ends, however it ends: its input is a pipe from here.</summary>
        public void Guard()
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' INT; read -r _; exec \"$0\" destroy > /dev/null 2>&1", Path.Combine(Folder!, "cluster")])
            {
                RedirectStandardInput = true,
            };
            foreach (var (name, value) in Environment) start.Environment[name] = value;
            _guard = Process.Start(start);
        }

        public async Task DestroyAsync()
        {
            _guard!.StandardInput.Close();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }

        private static int FreePorts(int nodes)
        {
            for (var attempt = 0; attempt < 100; attempt++)
            {
                var first = Random.Shared.Next(21_000, 32_000);
                var all = Enumerable.Range(0, nodes).SelectMany(i => new[] { first + (100 * i), first + (100 * i) + 1 });
                if (all.All(IsFree)) return first;
            }

            throw new InvalidOperationException("no free ports between 21000 and 32300");
        }

        private static bool IsFree(int port)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
