using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuturesEos.Tests.Topology;

/// <summary>
/// The system of the AppHost with real programs in place of containers: each gets the settings that the AppHost gives
/// the container.
/// </summary>
internal sealed class TopologyRig : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();
    private readonly ClusterShape _shape;
    private readonly IReadOnlyList<KafkaNode> _nodes;
    private readonly Dictionary<int, JavaProgram> _brokers = [];
    private readonly List<ChildProgram> _services = [];
    private readonly int _restPort = FreePort.Choose();
    private JavaProgram? _connect;
    private PrivatePostgres? _postgres;

    private TopologyRig(ClusterShape shape)
    {
        _shape = shape;
        _nodes =
        [
            .. KafkaNode.InContainers(shape).Select(node => node with
            {
                Host = "127.0.0.1", Bind = "127.0.0.1", ClientPort = FreePort.Choose(),
                InternalPort = FreePort.Choose(),
                ControllerPort = FreePort.Choose(), LogFolder = _folder.In($"kafka-{node.Id}-data"),
            }),
        ];
    }

    /// <summary>As programs outside the containers' network see the brokers.</summary>
    public string BootstrapServers => string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.ClientPort}"));

    /// <summary>The database as its owner.</summary>
    public string Owner => _postgres!.ConnectionString;

    /// <summary>
    /// Starts brokers, database and Connect, creates the topics, migrates, and registers the connector, as the AppHost
    /// does.
    /// </summary>
    public static async Task<TopologyRig> StartAsync(ClusterShape shape)
    {
        var rig = new TopologyRig(shape);
        try
        {
            await Task.WhenAll(rig._nodes.Select(rig.FormatAsync));
            foreach (var node in rig._nodes) await rig.StartBrokerAsync(node.Id);
            rig._postgres =
                await PostgresForTests.NewServerAsync([.. DatabaseServer.Settings.Select(s => $"{s.Key}={s.Value}")]);
            foreach (var statement in DatabaseLogins.Statements("orders-secret", "relay-secret"))
                await PostgresForTests.ExecuteAsync(rig.Owner, statement);
            await rig.WaitForBrokersAsync();
            await KafkaTopics.EnsureAsync(
                rig.Kafka,
                [.. Topics.All().Select(Specification)], StartPatience, NullLogger.Instance, CancellationToken.None);
            await rig.RunAsync("FuturesEos.OrderManager", rig.Owner, "migrate");
            await rig.StartConnectAsync();
            await rig.RegisterAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the relay, and waits until it relays.</summary>
    public async Task<ChildProgram> StartRelayAsync()
    {
        var (relay, http) = Start("FuturesEos.OutboxRelay", Login(DatabaseLogins.Relay, "relay-secret"), null);
        await Eventually.True(
            () => IsReadyAsync(relay, http), Deadline.In(StartPatience), $"the relay is healthy: {relay.Talk}");
        return relay;
    }

    /// <summary>The relay's own program, run to its end.</summary>
    public async Task<(int Code, string Talk)> RunRelayAsync(params string[] arguments)
    {
        var (relay, _) = Start("FuturesEos.OutboxRelay", Login(DatabaseLogins.Relay, "relay-secret"), null, arguments);
        return (await relay.ExitAsync(Deadline.In(StartPatience)), relay.Talk);
    }

    /// <summary><c>eos</c> with this system's addresses.</summary>
    public Task<(int ExitCode, string Data, string Talk)> EosAsync(params string[] arguments) => EosProgram.RunAsync(
        Deadline.In(StartPatience),
        [.. arguments, "--bootstrap-servers", BootstrapServers, "--postgres",
            Login(DatabaseLogins.Relay, "relay-secret")]);

    /// <summary>Starts the two services that a Debezium pipeline has.</summary>
    public async Task StartServicesAsync()
    {
        var processor = Start("FuturesEos.SignalProcessor", null, ServiceSettings.Processor(_folder.In("state")));
        var orders = Start("FuturesEos.OrderManager",
            Login(DatabaseLogins.OrderManager, "orders-secret"), ServiceSettings.OrderManager);
        foreach (var (service, http) in (IEnumerable<(ChildProgram, int)>)[processor, orders])
            await Eventually.True(
                () => IsReadyAsync(service, http), Deadline.In(StartPatience), $"a service is healthy: {service.Talk}");
    }

    /// <summary>Starts the generator; it ends when everything is sent.</summary>
    public ChildProgram StartGenerator(params string[] arguments) =>
        Start("FuturesEos.SignalGenerator", null, null, arguments).Program;

    /// <summary>SIGKILL to a broker.</summary>
    public async Task KillBrokerAsync(int id)
    {
        await _brokers[id].KillAsync();
        _brokers[id].Dispose();
    }

    /// <summary>Starts a broker, on the data it has.</summary>
    public async Task StartBrokerAsync(int id) => _brokers[id] = await JavaProgram.StartAsync(
        _folder.In($"kafka-{id}"), "kafka.Kafka", SettingsOf(_nodes[id - 1]));

    /// <summary>Waits until all brokers are registered: the AppHost's idea of a healthy cluster.</summary>
    public async Task WaitForBrokersAsync()
    {
        using var admin = new AdminClientBuilder(Kafka.Admin()).SetLogHandler((_, _) => { }).Build();
        await Eventually.True(
            () => Registered(admin) == _nodes.Count, Deadline.In(StartPatience), $"brokers: {Tails()}");
    }

    /// <summary>A signal to the Connect worker: <c>STOP</c>, <c>CONT</c>.</summary>
    public void SignalConnect(string name) => ChildProgram.Signal(_connect!.Pid, name);

    /// <summary>SIGKILL to PostgreSQL, and its next start.</summary>
    public async Task CrashDatabaseAsync()
    {
        _postgres!.Kill();
        await _postgres.Exited;
        await _postgres.RestartAsync();
    }

    /// <summary>SIGKILL to the Connect worker.</summary>
    public async Task KillConnectAsync()
    {
        await _connect!.KillAsync();
        _connect.Dispose();
    }

    /// <summary>Starts the worker, and waits for its REST interface: the AppHost's health check.</summary>
    public async Task StartConnectAsync()
    {
        var settings = new Dictionary<string, string>(
            ConnectWorker.Settings(_shape, KafkaNode.InternalBootstrap(_nodes)))
        {
            ["listeners"] = $"http://127.0.0.1:{_restPort}", // these two are the image's own
            ["plugin.path"] = Path.Combine(RealKafka.Folder!, "plugins"),
        };
        var database = new NpgsqlConnectionStringBuilder(Owner);
        _connect = await JavaProgram.StartAsync(
            _folder.In("connect"),
            "org.apache.kafka.connect.cli.ConnectDistributed", settings, new Dictionary<string, string>
            {
                [ConnectWorker.Database.Host] = database.Host!,
                [ConnectWorker.Database.Port] = $"{database.Port}",
                [ConnectWorker.Database.Name] = database.Database!,
                [ConnectWorker.Database.User] = DatabaseLogins.Relay,
                [ConnectWorker.Database.Password] = "relay-secret",
            });
        using var http = new HttpClient();
        await Eventually.True(() => AnswersAsync(http), Deadline.In(StartPatience), "Connect answers");
    }

    /// <summary>Gives the worker the connector that all installations share, and waits until it is RUNNING.</summary>
    public async Task RegisterAsync(Func<string, string>? change = null)
    {
        using var http = new HttpClient();
        var connect = new ConnectClient(http, TimeProvider.System, Rest);
        var configuration = SourceTree.Read(ConnectWorker.ConnectorFile);
        await connect.PutAsync(
            ConnectWorker.ConnectorName, change?.Invoke(configuration) ?? configuration, CancellationToken.None);
        await connect.WaitRunningAsync(ConnectWorker.ConnectorName, StartPatience, CancellationToken.None);
    }

    /// <summary>Why the connector does not run; none: it does, or is on its way.</summary>
    public async Task<ConnectorFailedException?> ConnectorFailureAsync()
    {
        using var http = new HttpClient();
        try
        {
            await new ConnectClient(
                http, TimeProvider.System, Rest).StateAsync(ConnectWorker.ConnectorName, CancellationToken.None);
            return null;
        }
        catch (ConnectorFailedException failed)
        {
            return failed;
        }
    }

    /// <summary>What the worker says of the connector's configuration.</summary>
    public async Task<string> ConfigurationAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(
            $"http://127.0.0.1:{_restPort}/connectors/{ConnectWorker.ConnectorName}/config");
    }

    /// <summary>Rows of a query that counts.</summary>
    public Task<long> CountAsync(string table) => PostgresForTests.ScalarAsync(Owner, $"SELECT count(*) FROM {table}");

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) service.Dispose();
        _connect?.Dispose();
        foreach (var broker in _brokers.Values) broker.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
            _postgres.DeleteFiles();
        }

        _folder.Dispose();
    }

    /// <summary>The Connect worker's REST interface.</summary>
    public Uri Rest => new($"http://127.0.0.1:{_restPort}");

    /// <summary>How programs of ours reach the brokers.</summary>
    public KafkaSettings Kafka => KafkaSettings.From(BootstrapServers, new ConfigurationBuilder().Build());

    private static TopicSpecification Specification(TopicDeclaration topic) => new()
    {
        Name = topic.Name, NumPartitions = topic.Partitions, Configs = new Dictionary<string, string>(topic.Settings),
    };

    private static int Registered(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Count;
        }
        catch (KafkaException)
        {
            return 0;
        }
    }

    private static async Task<bool> IsReadyAsync(ChildProgram service, int port)
    {
        if (service.HasExited) throw new InvalidOperationException(service.Talk);
        using var http = new HttpClient();
        try
        {
            using var response = await http.GetAsync($"http://127.0.0.1:{port}{ServiceSettings.HealthPath}");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Dictionary<string, string> SettingsOf(KafkaNode node) => KafkaBroker.Settings(_shape, node, _nodes)
        .ToDictionary(
        setting => setting.Key,
        setting => setting.Value.Replace(KafkaBroker.ClientAddress, $"127.0.0.1:{node.ClientPort}"));

    private Task FormatAsync(KafkaNode node) => JavaProgram.RunAsync(
        "kafka.tools.StorageTool", "format", "-t", KafkaBroker.ClusterId, "-c",
        JavaProgram.WriteSettings(_folder.In($"kafka-{node.Id}"), SettingsOf(node)));

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        if (_connect!.HasExited) throw new InvalidOperationException(_connect.Tail);
        try
        {
            using var response = await http.GetAsync($"http://127.0.0.1:{_restPort}/connectors");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string Tails() => string.Join("\n", _brokers.Values.Select(broker => broker.Tail));

    private string Login(string user, string password)
    {
        var server = new NpgsqlConnectionStringBuilder(Owner);
        return ServiceSettings.ConnectionString(server.Host!, $"{server.Port}", user, password);
    }

    private (ChildProgram Program, int Http) Start(
        string project, string? postgres, IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        var http = FreePort.Choose();
        var environment = new Dictionary<string, string?>
        {
            [ServiceSettings.Kafka] = BootstrapServers,
            [ServiceSettings.Postgres] = postgres,
            [ServiceSettings.HttpAddress] = $"127.0.0.1:{http}",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) environment[name] = value;
        var program = ChildProgram.Start(Installation.Executable(project), arguments, environment);
        _services.Add(program);
        return (program, http);
    }

    private async Task RunAsync(string project, string postgres, params string[] arguments)
    {
        var (program, _) = Start(project, postgres, null, arguments);
        await program.EndsWithAsync(0, Deadline.In(StartPatience));
    }
}
