using System.Globalization;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Support;

/// <summary>Apache Kafka brokers of their own for one run, and the Java programs that go with them.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private readonly string _shared;
    private readonly (string Name, string Value)[] _environment;

    private RealCluster(string shared, string folder, int brokers)
    {
        _shared = shared;
        Brokers = brokers;
        _environment =
        [
            ("KAFKA_DATA", Path.Combine(folder, "kafka")),
            ("KAFKA_PORT", FreePort.Choose().ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>How many brokers there are.</summary>
    public int Brokers { get; }

    /// <summary>Where they listen.</summary>
    public string BootstrapServers { get; private set; } = "";

    /// <summary>The same, for our own clients.</summary>
    public KafkaSettings Settings => new(BootstrapServers, new Dictionary<string, string>());

    /// <summary>Starts them and waits until all are registered.</summary>
    public static async Task<RealCluster> StartAsync(string shared, string folder, int brokers)
    {
        var cluster = new RealCluster(shared, folder, brokers);
        cluster.BootstrapServers = (await cluster.ClusterAsync("start", $"{brokers}")).Split('\n')[^1].Trim();
        return cluster;
    }

    /// <summary>The Java peer on these brokers.</summary>
    public Peer Peer => new(_shared, BootstrapServers, Brokers >= 3 ? 3 : 1);

    /// <summary>SIGKILL of a node.</summary>
    public Task KillAsync(int node) => ClusterAsync("kill", $"{node}");

    /// <summary>Starts a node that was killed, and waits for it.</summary>
    public Task BootAsync(int node) => ClusterAsync("boot", $"{node}");

    /// <summary>The process of a node.</summary>
    public int PidOf(int node)
    {
        var data = _environment.First(e => e.Name == "KAFKA_DATA").Value;
        return int.Parse(File.ReadAllText(Path.Combine(data, $"{node}", "pid")), CultureInfo.InvariantCulture);
    }

    /// <summary>Runs one of Kafka's tools to its end and gives its output.</summary>
    public Task<string> ToolAsync(IEnumerable<string> arguments) =>
        Programs.RunAsync(Path.Combine(_shared, "kafka", "run"), arguments, _environment);

    public async ValueTask DisposeAsync() => await ClusterAsync("destroy");

    private Task<string> ClusterAsync(params string[] arguments) =>
        Programs.RunAsync(Path.Combine(_shared, "kafka", "cluster"), arguments, _environment);
}
