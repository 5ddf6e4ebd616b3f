using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>What a service gets to do its work with.</summary>
/// <typeparam name="TOptions">The service's own options.</typeparam>
public sealed class ServiceContext<TOptions>
{
    /// <summary>Words of the command line before the options: a mode and its arguments.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The service's own options.</summary>
    public required TOptions Options { get; init; }

    /// <summary>Makes loggers; lines go to stderr.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>To be told how the service is.</summary>
    public required ServiceHealth Health { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    internal KafkaSettings? KafkaOrNone { get; init; }

    internal string? PostgresOrNone { get; init; }

    /// <summary>Where Kafka is.</summary>
    /// <exception cref="ExpectedFailure">Nobody said.</exception>
    public KafkaSettings Kafka => KafkaOrNone ?? throw ExpectedFailure.Usage(
        "no Kafka broker is named: give --bootstrap-servers, or set ConnectionStrings__kafka");

    /// <summary>Npgsql connection string of the pipeline's database.</summary>
    /// <exception cref="ExpectedFailure">Nobody said.</exception>
    public string Postgres => PostgresOrNone ?? throw ExpectedFailure.Usage(
        "no database is named: give --postgres, or set ConnectionStrings__futures");
}
