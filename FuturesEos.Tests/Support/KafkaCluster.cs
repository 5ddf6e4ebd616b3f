using System.Diagnostics;
using FuturesEos.LocalPostgres;

namespace FuturesEos.Tests.Support;

/// <summary>A cluster of Apache Kafka of a test run, with ports and a folder of its own.</summary>
internal sealed class KafkaCluster(int nodes) : IAsyncDisposable
{
    // below the range that the system hands out to clients, and apart from the scripts' own default
    private readonly int _port = FreePorts(nodes);
    private readonly string _data =
        Path.Combine(Path.GetTempPath(), "futures-eos-tests", $"kafka-{Guid.NewGuid().ToString("N")[..8]}");

    private Process? _guard;

    public string BootstrapServers =>
        string.Join(',', Enumerable.Range(0, nodes).Select(i => $"127.0.0.1:{_port + (100 * i)}"));

    public int Nodes => nodes;

    /// <summary>The node that listens on a port.</summary>
    public int NodeAt(int port) => ((port - _port) / 100) + 1;

    /// <summary>Calls the script <c>cluster</c>: <c>kill 2</c>, <c>boot 2</c>, <c>pause 1</c>.</summary>
    public Task<string> CommandAsync(params string[] words) => RealKafka.RunAsync("cluster", Environment, words);

    private Dictionary<string, string> Environment => new()
    {
        ["KAFKA_DATA"] = _data, ["KAFKA_PORT"] = $"{_port}", ["KAFKA_NODES"] = $"{nodes}", ["KAFKA_HEAP"] = "384m",
    };

    /// <summary>
    /// A shell that destroys the cluster when this process ends, however it ends: its input is a pipe from here.
    /// </summary>
    public void Guard()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c",
            "trap '' INT; read -r _; exec \"$0\" destroy > /dev/null 2>&1", Path.Combine(RealKafka.Folder!, "cluster")])
        {
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        _guard = Process.Start(start);
    }

    public async ValueTask DisposeAsync()
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
            if (all.All(FreePort.IsFree)) return first;
        }

        throw new InvalidOperationException("no free ports between 21000 and 32300");
    }
}
