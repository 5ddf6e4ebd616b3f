using FuturesEos.Cli.Deploying;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// What the manifests make, of real programs: Kafka with its users and rights, PostgreSQL with its logins, pods, and
/// Connect.
/// </summary>
internal sealed class DeployedSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private DeployedConnect? _connect;

    private DeployedSystem(TemporaryFolder folder, DeployedKafka kafka, DeployedDatabase database, ManifestSet set)
    {
        (_folder, Kafka, Database, Set) = (folder, kafka, database, set);
        Pods = new DeployedPods(set, kafka, database);
    }

    public DeployedKafka Kafka { get; }

    public DeployedDatabase Database { get; }

    public DeployedPods Pods { get; }

    /// <summary>The manifests.</summary>
    public ManifestSet Set { get; }

    /// <summary>Not started by itself; a set with the relay has none.</summary>
    public DeployedConnect Connect =>
        _connect ??= new DeployedConnect(Set, Kafka, Database, Pods, _folder.In("connect"));

    /// <summary>Kafka for the test's own eyes and hands.</summary>
    public KafkaSettings Unrestricted => new(Kafka.AdminServers, new Dictionary<string, string>());

    /// <summary>Starts the worker, gives it the connector, and waits until that runs.</summary>
    public async Task StartConnectorAsync(Deadline deadline)
    {
        await Connect.StartAsync(deadline);
        await Connect.Client.PutAsync(Connect.ConnectorName, Connect.Configuration(), CancellationToken.None);
        await Connect.Client.WaitRunningAsync(Connect.ConnectorName, deadline.Left, CancellationToken.None);
    }

    /// <summary>Starts Kafka and the database; skips the test where one of them is not.</summary>
    public static async Task<DeployedSystem> StartAsync(ManifestSet set)
    {
        RealKafka.SkipWithout();
        var database = await DeployedDatabase.StartAsync(set);
        var folder = new TemporaryFolder("deployed-");
        try
        {
            return new DeployedSystem(folder, await DeployedKafka.StartAsync(set, folder.In("kafka")), database, set);
        }
        catch
        {
            await database.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Pods.Dispose();
        _connect?.Dispose();
        Kafka.Dispose();
        await Database.DisposeAsync();
        _folder.Dispose();
    }
}
