namespace FuturesEos.AppHost;

/// <summary>Where the things are that Kubernetes provides; the names are those of the manifests under <c>deploy/</c>.</summary>
internal static class Published
{
    /// <summary>Strimzi's bootstrap service.</summary>
    public const string BootstrapServers = "trading-kafka-bootstrap:9093";

    /// <summary>PostgreSQL's service.</summary>
    public const string DatabaseHost = "postgres";

    /// <summary>Its port.</summary>
    public const string DatabasePort = "5432";

    /// <summary>A volume of the processor's pod.</summary>
    public const string StateFolder = "/var/lib/futures-eos";
}
