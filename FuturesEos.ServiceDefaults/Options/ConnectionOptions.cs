namespace FuturesEos.ServiceDefaults.Options;

/// <summary>What every service takes: where Kafka and PostgreSQL are, and where it answers for its health.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Kafka brokers, <c>host:port</c> separated by commas.</summary>
    [Setting("--bootstrap-servers", "ConnectionStrings:kafka", "Kafka brokers, host:port separated by commas")]
    public string? BootstrapServers { get; set; }

    /// <summary>PostgreSQL connection string, as Npgsql reads it.</summary>
    [Setting("--postgres", "ConnectionStrings:futures", "PostgreSQL connection string", IsSecret = true)]
    public string? Postgres { get; set; }

    /// <summary>Address of /health, /alive and /metrics; none: no such endpoint.</summary>
    [Setting("--http", "Http:Address", "host:port of /health, /alive and /metrics; none without it")]
    public string? HttpAddress { get; set; }
}
