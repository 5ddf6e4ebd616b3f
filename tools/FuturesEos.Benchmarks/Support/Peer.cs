using System.Globalization;
using System.Text.RegularExpressions;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Support;

/// <summary>The same pipeline on Java Kafka Streams, and the harness that loads and measures.</summary>
/// <param name="shared">Folder of Apache Kafka, Connect and the Java peer.</param>
/// <param name="servers">The brokers.</param>
/// <param name="replicas">Of each topic it makes.</param>
internal sealed partial class Peer(string shared, string servers, int replicas)
{
    private readonly string _program = Path.Combine(shared, "peers", "peer");

    /// <summary>Makes the signal topics, and the output topics of each prefix.</summary>
    public Task CreateTopicsAsync(IEnumerable<string> prefixes) =>
        AskAsync(["topics", servers, replicas.ToString(CultureInfo.InvariantCulture), .. prefixes]);

    /// <summary>
    /// Loads signals of 200 symbols, 5 % of them duplicates and 1 % bad; tells how many are unique and valid.
    /// </summary>
    public async Task<long> LoadAsync(int signals)
    {
        var said = await AskAsync(["load", servers, $"{signals}", "200", "5", "1", "5"]);
        return long.Parse(UniqueCount().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Sends so many signals a second and tells when their decisions came, as the harness prints it.</summary>
    public Task<string> LatencyAsync(string topic, int rate, int seconds) =>
        AskAsync(["latency", servers, topic, $"{rate}", $"{seconds}"]);

    /// <summary>Starts the engine at 100 ms commits, one thread, RocksDB.</summary>
    public Engine Start(string name, string state) => new(
        Programs.Start(
            _program, Path.Combine(state, name + ".log"),
            ["run", servers, name, name, Path.Combine(state, name), "100", "1"]),
        new KafkaSettings(servers, new Dictionary<string, string>()), name + ".decisions");

    private Task<string> AskAsync(IEnumerable<string> arguments) => Programs.RunAsync(_program, arguments);

    [GeneratedRegex(@"(\d+) unique and valid")]
    private static partial Regex UniqueCount();
}
