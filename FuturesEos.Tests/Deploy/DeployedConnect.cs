using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Deploying.Checks;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;
using FuturesEos.Tests.Topology;
using FuturesEos.Topology;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// Kafka Connect with the settings that Strimzi makes of the KafkaConnect, and the KafkaConnector in it.
/// </summary>
internal sealed class DeployedConnect(
    ManifestSet set, DeployedKafka kafka, DeployedDatabase database, DeployedPods pods, string folder) : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly int _restPort = FreePort.Choose();
    private readonly Manifest _worker = set.Of("KafkaConnect").Single();
    private readonly Manifest _connector = set.Of("KafkaConnector").Single();
    private JavaProgram? _program;

    /// <summary>The worker's last words.</summary>
    public string Tail => _program!.Tail;

    /// <summary>Whether the worker has ended.</summary>
    public bool HasExited => _program!.HasExited;

    /// <summary>Requests to its REST interface.</summary>
    public ConnectClient Client => new(Http, TimeProvider.System, new Uri($"http://127.0.0.1:{_restPort}"));

    /// <summary>Name of the connector.</summary>
    public string ConnectorName => _connector.Name;

    /// <summary>Topic of its heartbeats.</summary>
    public string HeartbeatTopic => ConnectorCheck.HeartbeatTopic(_connector)!;

    /// <summary>Starts the worker and waits until it answers.</summary>
    public async Task StartAsync(Deadline deadline)
    {
        var environment = pods.VariablesOf(Tree.At(_worker.Spec, "template", "connectContainer")!);
        environment[ConnectWorker.Database.Host] = "127.0.0.1";
        environment[ConnectWorker.Database.Port] = $"{database.Port}";
        _program = await JavaProgram.StartAsync(
            folder, "org.apache.kafka.connect.cli.ConnectDistributed", Settings(), environment);
        await Eventually.True(AnswersAsync, deadline, "Connect answers");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (!HasExited) await _program!.KillAsync();
        _program!.Dispose();
    }

    /// <summary>
    /// The connector's configuration, as Strimzi's operator gives it to the worker; a poll interval of its own makes it
    /// another.
    /// </summary>
    public string Configuration(int pollIntervalMs = 500)
    {
        var configuration = new JsonObject
        {
            ["connector.class"] = Tree.Text(_connector.Spec, "class"),
            ["tasks.max"] = Tree.Text(_connector.Spec, "tasksMax"),
            ["poll.interval.ms"] = $"{pollIntervalMs}",
        };
        foreach (var (name, value) in Tree.Map(_connector.Spec, "config")) configuration[name] = value;
        configuration["heartbeat.interval.ms"] = "300"; // a trial waits for one
        return configuration.ToJsonString();
    }

    public void Dispose() => _program?.Dispose();

    // what Strimzi's entry point writes (kafka_connect_config_generator.sh): the worker's clients log in like the
    // worker
    private Dictionary<string, string> Settings()
    {
        string Of(string field) => Tree.Text(_worker.Spec, field)!;
        var user = Tree.Text(_worker.Spec, "authentication", "username")!;
        var password = pods.Secret(Tree.Text(_worker.Spec, "authentication", "passwordSecret", "secretName")!);
        var settings = new Dictionary<string, string>
        {
            ["bootstrap.servers"] =
                Of("bootstrapServers").Replace(PublishedSystem.BootstrapServers, kafka.BootstrapServers),
            ["group.id"] = Of("groupId"),
            ["config.storage.topic"] = Of("configStorageTopic"),
            ["offset.storage.topic"] = Of("offsetStorageTopic"),
            ["status.storage.topic"] = Of("statusStorageTopic"),
            ["listeners"] = $"http://127.0.0.1:{_restPort}",
            ["plugin.path"] = Path.Combine(RealKafka.Folder!, "plugins"),
        };
        foreach (var client in new[] { "", "producer.", "consumer.", "admin." })
        {
            settings[client + "security.protocol"] = "SASL_SSL";
            settings[client + "sasl.mechanism"] = "SCRAM-SHA-512";
            settings[client + "sasl.jaas.config"] =
                $"org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{user}\" password=\"{password}\";";
            settings[client + "ssl.truststore.type"] = "PEM";
            settings[client + "ssl.truststore.location"] = kafka.CaFile;
        }

        foreach (var (name, value) in Tree.Map(_worker.Spec, "config")) settings[name] = value;
        return settings;
    }

    private async Task<bool> AnswersAsync()
    {
        if (HasExited) throw new InvalidOperationException(Tail);
        try
        {
            using var response = await Http.GetAsync($"http://127.0.0.1:{_restPort}/connectors");
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
