using System.Globalization;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Capture;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Topology;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// The whole pipeline as child processes, started in the order of their needs and stopped in the order of the data
/// flow.
/// </summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly string[] StatusOrder = ["broker", "postgres", "generator", "processor", "orders", "relay",
        "connect"];
    private static readonly string[] StopOrder = ["generator", "processor", "orders", "relay", "connect", "broker",
        "postgres"];

    private readonly PipelineSettings _settings;
    private readonly Dictionary<string, Keeper> _keepers = [];

    private PipelineHost(PipelineSettings settings) => _settings = settings;

    /// <summary>Kafka brokers.</summary>
    public string BootstrapServers { get; private set; } = "";

    /// <summary>Npgsql connection string, password included: not for printing.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>What is gone, so that the services cannot go on from the rest; null: nothing.</summary>
    public string? Missing { get; private set; }

    /// <summary>How everything is now.</summary>
    public PipelineStatus Status => new(
        BootstrapServers, [.. StatusOrder.Where(_keepers.ContainsKey).Select(name => _keepers[name].Status)]);

    /// <summary>Faulted when a part cannot run at all.</summary>
    public Task Failed => Task.WhenAny(_keepers.Values.Select(keeper => keeper.Failed)).Unwrap();

    /// <summary>Starts what the services need, and brings the database to this version.</summary>
    /// <exception cref="ExpectedFailure">A part cannot run here, or is not healthy in time.</exception>
    public static async Task<PipelineHost> StartServersAsync(PipelineSettings settings, CancellationToken cancellation)
    {
        var host = new PipelineHost(settings);
        var hadBroker = settings.BootstrapServers is not null || Directory.Exists(host.BrokerFolder);
        try
        {
            host.BootstrapServers = settings.BootstrapServers ?? host.StartBroker();
            host.Postgres = settings.Postgres ?? await host.StartPostgresAsync(cancellation);
            await host.WaitHealthyAsync(cancellation, "broker", "postgres");
            await Migration.RunAsync(host.Plan("orders", "migrate"), settings.LogFolder, cancellation);
            if (!hadBroker) host.Missing = await host.FindMissingAsync(cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the services and waits until they are healthy.</summary>
    /// <exception cref="ExpectedFailure">A part cannot run here, or is not healthy in time.</exception>
    public async Task StartServicesAsync(ServiceSizes sizes, CancellationToken cancellation)
    {
        // static members: one that was killed gets its partitions back at once, not after the session timeout (KIP-345)
        var state = Path.Combine(_settings.DataFolder, "processor");
        Keep(Plan("processor", ["--state-dir", state, "--static-membership", .. sizes.OfProcessor]));
        Keep(Plan("orders", ["--instance", "orders", .. sizes.OfOrders]));
        if (_settings.Cdc == Topology.Cdc.Relay) Keep(Plan("relay", sizes.OfRelay));
        else await KeepConnectAsync(cancellation);
        await WaitHealthyAsync(cancellation, "processor", "orders", "relay", "connect");
    }

    /// <summary>Starts the source of synthetic signals, when a rate was set.</summary>
    /// <exception cref="ExpectedFailure">It cannot run here, or is not healthy in time.</exception>
    public async Task StartGeneratorAsync(CancellationToken cancellation)
    {
        if (_settings.Rate <= 0) return;
        Keep(Plan("generator", "--rate", _settings.Rate.ToString(CultureInfo.InvariantCulture)));
        await WaitHealthyAsync(cancellation, "generator");
    }

    /// <summary>The parts that run as processes of ours.</summary>
    public IReadOnlyList<string> Parts => [.. StatusOrder.Where(_keepers.ContainsKey)];

    /// <summary>The keeper of a part.</summary>
    public Keeper Keeper(string name) => _keepers[name];

    /// <summary>How a service is started against this pipeline.</summary>
    public ServicePlan Plan(string name, params IEnumerable<string> arguments) => new()
    {
        Name = name,
        Executable = Installation.Executable(ServiceProgram.ProjectOf(name)),
        Arguments = [.. arguments],
        HttpAddress = Loopback(FreePort.Choose()),
        Environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = BootstrapServers,
            ["ConnectionStrings__futures"] = Postgres,
        },
    };

    /// <summary>Stops everything: sources first, so that each finishes what it has begun.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in StopOrder)
        {
            if (_keepers.Remove(name, out var keeper)) await keeper.DisposeAsync();
        }
    }

    private string BrokerFolder => Path.Combine(_settings.DataFolder, "broker");

    // A broker that has just been made beside a database that has taken from another one.
    private async Task<string?> FindMissingAsync(CancellationToken cancellation)
    {
        await using var database = new NpgsqlConnection(Postgres);
        await database.OpenAsync(cancellation);
        await using var count = new NpgsqlCommand(
            "SELECT (SELECT count(*) FROM app.orders), (SELECT coalesce(sum(next_offset), 0)::bigint "
            + "FROM app.consumer_offset)", database);
        await using var row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var (orders, decisions) = (row.GetInt64(0), row.GetInt64(1));
        return orders + decisions == 0
            ? null
            : $"the broker's data is missing: {BrokerFolder} was not there, and the database has taken {decisions} "
                + $"decisions from it and made {orders} orders; no service was started, and both servers run. Either "
                + $"stop this ('eos down'), put {BrokerFolder} back and start again; or look at what the database has "
                + $"('eos orders', 'eos outbox'), and to begin anew remove {_settings.DataFolder}";
    }

    private string StartBroker()
    {
        var address = Loopback(FreePort.Choose());
        var advertised = _settings.LinkTo("broker", address);
        Keep(new ServicePlan
        {
            Name = "broker",
            Executable = Installation.Executable("FuturesEos.Cli"),
            Arguments =
            [
                "run", "broker", "--port", address.Split(':')[1], "--data",
                BrokerFolder,
                .. advertised == address ? Array.Empty<string>() : ["--advertised", advertised],
            ],
            HttpAddress = Loopback(FreePort.Choose()),
            Address = address,
        });
        return advertised;
    }

    private async Task<string> StartPostgresAsync(CancellationToken cancellation)
    {
        var options = new PrivatePostgresOptions { DataFolder = Path.Combine(_settings.DataFolder, "postgres") };
        var server = await PrivatePostgres.StartAsync(options, cancellation: cancellation);
        Keep(new PostgresPart(server));
        var link = _settings.LinkTo("postgres", server.Address).Split(':');
        return new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Host = link[0], Port = int.Parse(link[1], CultureInfo.InvariantCulture),
        }.ConnectionString;
    }

    // the relay makes its topic itself; Connect leaves that to others
    private async Task KeepConnectAsync(CancellationToken cancellation)
    {
        var orders = new TopicSpecification
        {
            Name = Topics.OfOrders.Name, NumPartitions = Topics.OfOrders.Partitions,
            Configs = new Dictionary<string, string>(Topics.OfOrders.Settings),
        };
        await KafkaTopics.EnsureAsync(
            PipelineContext.KafkaAt(BootstrapServers), [orders], StartPatience, NullLogger.Instance, cancellation);
        Keep(new ConnectPart(
            Path.Combine(_settings.DataFolder, "connect"), _settings.LogFolder, BootstrapServers, Postgres,
            (ConnectWorker.ConnectorName, OutboxConnector.Shipped)));
    }

    private void Keep(ServicePlan plan) => Keep(new ServicePart(plan, _settings.LogFolder));

    private void Keep(Part part)
    {
        var keeper = new Keeper(part, TimeProvider.System, _settings.Say);
        _keepers.Add(part.Name, keeper);
        keeper.Start();
    }

    private async Task WaitHealthyAsync(CancellationToken cancellation, params string[] names)
    {
        foreach (var keeper in names.Where(_keepers.ContainsKey).Select(name => _keepers[name]))
            await keeper.WaitHealthyAsync(StartPatience, cancellation);
    }

    private static string Loopback(int port) => $"127.0.0.1:{port}";
}
