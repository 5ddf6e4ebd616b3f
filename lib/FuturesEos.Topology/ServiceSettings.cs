namespace FuturesEos.Topology;

/// <summary>What the services are given beyond their addresses, as environment variables.</summary>
public static class ServiceSettings
{
    /// <summary>Brokers.</summary>
    public const string Kafka = "ConnectionStrings__kafka";

    /// <summary>The database.</summary>
    public const string Postgres = "ConnectionStrings__futures";

    /// <summary><c>host:port</c> of health and metrics.</summary>
    public const string HttpAddress = "Http__Address";

    /// <summary>Port of health and metrics in a container.</summary>
    public const int ContainerHttpPort = 8080;

    /// <summary>Path that answers 200 when the service does its work.</summary>
    public const string HealthPath = "/health";

    /// <summary>
    /// The processor: a static member, so that one that was killed gets its partitions back at once (KIP-345).
    /// </summary>
    /// <param name="stateFolder">Its own; kept over restarts.</param>
    public static IReadOnlyDictionary<string, string> Processor(string stateFolder) => new Dictionary<string, string>
    {
        ["Streams__StateDirectory"] = stateFolder,
        ["Streams__StaticMembership"] = "true",
    };

    /// <summary>The order manager: a static member too.</summary>
    public static IReadOnlyDictionary<string, string> OrderManager { get; } =
        new Dictionary<string, string> { ["Orders__InstanceId"] = "orders" };

    /// <summary>Connection string for a login; the parts may be expressions of whoever knows them.</summary>
    public static string ConnectionString(string host, string port, string user, string password) =>
        $"Host={host};Port={port};Username={user};Password={password};Database={DatabaseServer.Database}";
}
